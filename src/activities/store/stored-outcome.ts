/** The outcome of an item as its columns say it. */
import type { Outcome } from '../../domain/run/outcome.ts';

export interface OutcomeColumns {
  readonly status: Outcome['status'] | 'open';
  readonly reason: string;
  readonly detail: string;
}

/** Undefined for an item that is open. */
export function storedOutcome({ status, reason, detail }: OutcomeColumns): Outcome | undefined {
  switch (status) {
    case 'open':
      return undefined;
    case 'ok':
      return { status };
    case 'rejected':
      return { status, rule: reason, detail };
    case 'failed':
      return { status, class: reason, detail };
    case 'quarantined':
      return { status, judge: reason, detail };
  }
}
