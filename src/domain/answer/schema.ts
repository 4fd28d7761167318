/**
 * The gold answer of a question or sub-question (method §8.0): fixed once, when the decomposition is accepted,
 * and compared by one function everywhere (checker.ts).
 */
import { z } from 'zod';

/** How a gold answer is compared; chosen by gold.ts from the answer as the model gave it. */
export const AnswerType = z.enum(['number', 'boolean', 'date', 'list', 'phrase']);
export type AnswerType = z.infer<typeof AnswerType>;

const AnswerValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())]);

export const GoldAnswer = z.strictObject({
  /** As the source printed it: shown to people and to the implementation writer. */
  text: z.string().min(1),
  type: AnswerType,
  /** number: as a number; boolean; date: ISO 8601; list: its items; phrase: the trimmed text. */
  value: AnswerValue,
  /** Unit or ISO currency when the text names one. */
  unit: z.string().optional(),
});
export type GoldAnswer = z.infer<typeof GoldAnswer>;

/** An answer as replies and files carry it, before it is typed. */
export const RawAnswer = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);
export type RawAnswer = z.infer<typeof RawAnswer>;
