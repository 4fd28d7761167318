/** What an id turned out to be: the start of every explanation. */
import type { JsonObject } from '../../domain/json.ts';

export type ExplainedKind =
  | 'run'
  | 'question'
  | 'instance'
  | 'scenario'
  | 'server'
  | 'graph'
  | 'chain'
  | 'task'
  | 'variant'
  | 'episode'
  | 'conversation'
  | 'environment'
  | 'tools'
  | 'toolgraph'
  | 'tool'
  | 'call'
  | 'node'
  | 'checkpoint';

/** What an item became: explained by the item's own verdicts and calls. */
export const isResult = (kind: ExplainedKind): boolean =>
  ['environment', 'tools', 'toolgraph', 'conversation'].includes(kind);

/** An id with its kind, as the parts of an explanation need it. */
export interface Identified {
  readonly id: string;
  readonly kind: ExplainedKind;
  readonly runs: readonly string[];
  readonly facts: JsonObject;
}
