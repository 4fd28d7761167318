/** What an id turned out to be: the start of every explanation. */
import type { JsonObject } from '../../domain/json.ts';

export type ExplainedKind = 'run' | 'question' | 'instance' | 'scenario' | 'environment' | 'tool' | 'call' | 'node';

/** An id with its kind, as the parts of an explanation need it. */
export interface Identified {
  readonly id: string;
  readonly kind: ExplainedKind;
  readonly runs: readonly string[];
  readonly facts: JsonObject;
}
