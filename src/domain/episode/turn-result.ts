/**
 * What came of the calls of one turn, as it travels (ours): hashes and names, no texts. Texts that we write ourselves, of
 * refusals and made-up failures, are written where the conversation is continued.
 */
import type { BlobHash } from '../ids.ts';
import type { AnswerSource, CallProblem, FailureKind } from './schema.ts';

interface ResultPlace {
  readonly callId: string;
  /** State of the episode's server or emulation after the call. */
  readonly state: string;
}

export type TurnResult =
  | (ResultPlace & {
      readonly kind: 'observed';
      readonly observation: BlobHash;
      readonly source: Extract<AnswerSource, 'live' | 'recording' | 'emulator'>;
    })
  | (ResultPlace & { readonly kind: 'injected'; readonly failure: Exclude<FailureKind, 'stale'> })
  /** A made-up failure too: what the same call answered before. */
  | (ResultPlace & { readonly kind: 'stale'; readonly observation: BlobHash })
  | (ResultPlace & { readonly kind: 'refused'; readonly problem: CallProblem });
