/**
 * What was said of an episode (method §7.5): the verdict of an episode item. Replies are kept by hash, so that the score can
 * be taken again from them; the score stands beside them, so that a reader needs no judge.
 */
import { z } from 'zod';

const Text = z.string().min(1);

/** What one judge said, by hashes of its replies; null where it gave nothing usable. */
export const StoredAnswers = z.strictObject({
  query: Text.nullable(),
  /** Null too for a conversation without calls, where nobody is asked. */
  calls: Text.nullable(),
  answer: Text.nullable(),
  steps: z.array(z.strictObject({ turn: z.int().min(0), reply: Text.nullable() })),
  /** Why a reply is missing, by prompt; `failure` is its class, null for replies that never became usable. */
  lacking: z.array(z.strictObject({ prompt: Text, failure: Text.nullable(), detail: z.string() })),
});
export type StoredAnswers = z.infer<typeof StoredAnswers>;

const DimensionVerdict = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('score'), value: z.number().min(0).max(1), reasons: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('na'), why: z.string() }),
  z.strictObject({
    kind: z.literal('unresolved'),
    class: z.enum(['no_reply', 'incomplete_reply']),
    detail: z.string(),
  }),
]);

/** The seven dimensions as one judge sees them. */
export const StoredScore = z.strictObject({
  dimensions: z.strictObject({
    tool_concise: DimensionVerdict,
    final_answer: DimensionVerdict,
    tool_call: DimensionVerdict,
    tool_plan: DimensionVerdict,
    tool_understand: DimensionVerdict,
    query_understand: DimensionVerdict,
    query_plan: DimensionVerdict,
  }),
  /** Mean of the dimensions that apply, in [0, 1]; null when any is unresolved. */
  overall: z.number().min(0).max(1).nullable(),
  coverage: z.strictObject({ scored: z.int(), na: z.int(), unresolved: z.int() }),
  /** tool_call over the calls whose failure was not made up. */
  toolCallAgent: z.number().min(0).max(1).nullable(),
});
export type StoredScore = z.infer<typeof StoredScore>;

/** An episode that no judge was asked about has no verdict at all. */
export const EpisodeVerdict = z.strictObject({
  /** Hash of the trajectory (domain/trajectory) that the judges were asked about. */
  trajectory: Text,
  /** The first judge decides; a second one is asked about a share of the episodes, for the agreement. */
  judges: z.array(StoredAnswers).min(1).max(2),
  score: StoredScore,
  /** By the second judge; null when none was asked. */
  second: StoredScore.nullable(),
});
export type EpisodeVerdict = z.infer<typeof EpisodeVerdict>;
