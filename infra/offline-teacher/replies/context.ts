/** What a reply is written from: the blocks of the prompt, and a seed that is the request itself. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';

export interface ReplyContext {
  /** Values of the [name] blocks. */
  readonly inputs: { readonly [name: string]: Json };
  /** Differs for every other request, sample and choice. */
  readonly seed: string;
  /** compact: short names and short tools, for policies of under a million parameters. */
  readonly profile: 'usual' | 'compact';
}

export type ReplyWriter = (context: ReplyContext) => JsonObject;
