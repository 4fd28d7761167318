/**
 * When a queue closes (method §1.2): at once when the key or the credit is refused, and after some unreachable answers
 * in a row without any sign of life between them.
 */
import type { Rng } from '../../domain/random.ts';
import { ProviderError } from '../failures.ts';
import type { GateNotice, OutageGate } from '../gate/contract.ts';

export interface OutageWatch {
  /** The endpoint of the queue gave a sign of life. */
  alive(queue: string): void;
  /** Counts the failure, closes the queue when it is time, and returns the failure to throw. */
  failed(failure: ProviderError, notice: Omit<GateNotice, 'cause' | 'reason'>): Promise<ProviderError>;
}

export interface OutageWatchOptions {
  readonly gate: OutageGate;
  readonly rng: Rng;
  /** Unreachable answers in a row that close a queue. */
  readonly failuresInRow?: number;
}

export function createOutageWatch({ gate, rng, failuresInRow = 5 }: OutageWatchOptions): OutageWatch {
  const inRow = new Map<string, number>();

  const isOutage = (failure: ProviderError, queue: string): boolean => {
    if (failure.kind === 'Auth' || failure.kind === 'Quota') return true;
    if (failure.kind !== 'Unavailable') {
      inRow.delete(queue);
      return false;
    }
    const count = (inRow.get(queue) ?? 0) + 1;
    inRow.set(queue, count);
    return count >= failuresInRow;
  };

  return {
    alive: (queue) => void inRow.delete(queue),
    async failed(failure, notice) {
      if (!isOutage(failure, notice.queue)) return failure;
      try {
        await gate.trip({ ...notice, cause: failure.type, reason: failure.message });
      } catch (cause) {
        // The queue stays open: the failure keeps its own, longer delay, and the next one tries to close it again.
        const why = cause instanceof Error ? cause.message : String(cause);
        const message = `${failure.message} (closing ${notice.queue} failed: ${why})`;
        return new ProviderError(failure.kind, message, { cause, ...delay(failure.retryAfterMs) });
      }
      // The closed queue holds the retry until it opens; a longer delay would only hold it beyond that.
      return new ProviderError(failure.kind, failure.message, { cause: failure.cause, ...delay(2000 + 3000 * rng()) });
    },
  };
}

function delay(retryAfterMs: number | undefined): { retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs: Math.round(retryAfterMs) };
}
