/**
 * Replies of the four judges of a conversation (method §7.5, appendix A). Scores are numbers out of the allowed set and
 * truth values are JSON booleans: a word or a value outside is no reply, never a score. A string that is exactly a numeral
 * of the set counts as that number (probe 3): in the original the string "0.0" became 1.0.
 */
import { z } from 'zod';
import { Trajectory } from '../trajectory/schema.ts';

const Reason = z.string().min(1);

const numerals: ReadonlyMap<unknown, number> = new Map([
  ['0', 0],
  ['0.0', 0],
  ['0.5', 0.5],
  ['1', 1],
  ['1.0', 1],
]);

/**
 * Unions of constants, not lists of numbers: where a schema has a number type, any numeric string is read as its number
 * ("1e0", "0.50"), and what decides over a conversation is not to be read that leniently.
 */
const Half = z.preprocess(
  (value) => numerals.get(value) ?? value,
  z.union([z.literal(0), z.literal(0.5), z.literal(1)], { error: 'expected the JSON number 0, 0.5 or 1' }),
);
const Worth = z.preprocess(
  (value) => numerals.get(value) ?? value,
  z.union([z.literal(0), z.literal(1)], { error: 'expected the JSON number 0 or 1' }),
);

/** Reply of prompt trajectory/judge-query: the first turn of the assistant. */
export const QueryReply = z.object({
  understanding: z.object({
    /** What the user wants, one entry a need. */
    needs: z.array(z.string()).min(1),
    /** What the user would have to add before anything can be done. */
    missing: z.array(z.string()),
    reason: Reason,
    score: Half,
  }),
  plan: z.object({ case: z.enum(['first_step', 'full_plan']), reason: Reason, score: Half }),
});
export type QueryReply = z.infer<typeof QueryReply>;

/** Reply of prompt trajectory/judge-calls: one entry per call id. */
export const CallsReply = z.object({
  calls: z.array(
    z.object({
      call_id: z.string(),
      argument_sources: z.array(z.object({ path: z.string(), source: z.string() })),
      reason: Reason,
      score: Worth,
      succeeded: z.boolean(),
    }),
  ),
});
export type CallsReply = z.infer<typeof CallsReply>;

/** Reply of prompt trajectory/judge-step: one turn after results, its calls one by one. */
export const StepReply = z.object({
  understanding: z.object({ reason: Reason, score: Half }),
  calls: z.array(z.object({ call_id: z.string(), reason: Reason, correct: z.boolean() })),
});
export type StepReply = z.infer<typeof StepReply>;

/** Reply of prompt trajectory/judge-answer. */
export const AnswerReply = z.object({
  correlation: z.object({ reason: Reason, score: Half }),
  summary: z.object({ reason: Reason, score: Half }),
});
export type AnswerReply = z.infer<typeof AnswerReply>;

/** What each prompt rests on. */
export const TrajectoryFacts = z.object({ trajectory: Trajectory });
export const NoParams = z.object({});
/** Index of the message that is judged. */
export const TurnParams = z.object({ turn: z.int().min(0) });
