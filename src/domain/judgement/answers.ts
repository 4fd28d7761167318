/** What is asked of the judges of a conversation and what they said, by hashes (method §7.1): replies travel without bodies. */
import type { BlobHash } from '../ids.ts';
import type { Json } from '../json.ts';
import type { JudgeReplies } from './dimensions.ts';
import { AnswerReply, CallsReply, QueryReply, StepReply } from './schema.ts';

export interface JudgedConversation {
  /** What the judges are asked for; kept in the call records. */
  readonly subject: string;
  /** Hash of the trajectory. */
  readonly body: BlobHash;
  /** False: nobody is asked about calls. */
  readonly hasCalls: boolean;
  /** Turns that read results while the work went on. */
  readonly steps: readonly number[];
}

/** What one judge said; null where it gave nothing usable. */
export interface JudgeAnswers<Hash = BlobHash> {
  readonly query: Hash | null;
  readonly calls: Hash | null;
  readonly answer: Hash | null;
  readonly steps: readonly { readonly turn: number; readonly reply: Hash | null }[];
  /** Why a reply is missing, by prompt. */
  readonly lacking: readonly Lack[];
}

export interface Lack {
  readonly prompt: string;
  /** Class of the failure; null for a reply that never became usable. */
  readonly failure: string | null;
  readonly detail: string;
}

/** Hashes of all replies of a judge. */
export function replyHashes<Hash>({ query, calls, answer, steps }: JudgeAnswers<Hash>): Hash[] {
  return [query, calls, answer, ...steps.map(({ reply }) => reply)].filter((hash) => hash !== null);
}

/** The replies behind the hashes. Throws when one is not there or no longer fits its schema. */
export function readReplies(answers: JudgeAnswers<string>, bodies: ReadonlyMap<string, Json>): JudgeReplies {
  const { query, calls, answer, steps } = answers;
  return {
    query: query === null ? null : QueryReply.parse(bodies.get(query)),
    calls: calls === null ? null : CallsReply.parse(bodies.get(calls)),
    answer: answer === null ? null : AnswerReply.parse(bodies.get(answer)),
    steps: steps.map(({ turn, reply }) => ({
      turn,
      reply: reply === null ? null : StepReply.parse(bodies.get(reply)),
    })),
  };
}
