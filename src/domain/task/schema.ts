/**
 * Shapes of tasks (method §4): what a writer is asked for, the question with its tools, and the question as it is scored.
 */
import { z } from 'zod';

const Text = z.string().trim().min(1);

/** plan: for one verified chain. free: for a number of tools of a server. */
export const TaskMode = z.enum(['plan', 'free']);
export type TaskMode = z.infer<typeof TaskMode>;

/** One request to write a task; the body of a task item. */
export const TaskOrder = z.strictObject({
  /** Hash of the server as it stands in the pool. */
  server: Text,
  mode: TaskMode,
  /** Plan mode: id of the chain item and its tools, in order; null in free mode. */
  chain: z.strictObject({ id: Text, tools: z.array(Text).min(2) }).nullable(),
  /** Tools that the task shall take. */
  toolCount: z.int().min(1),
  /** Which of several tasks for the same request. */
  sample: z.int().min(0),
});
export type TaskOrder = z.infer<typeof TaskOrder>;

export const AugmentationMode = z.enum(['diverse', 'complicate', 'persona']);
export type AugmentationMode = z.infer<typeof AugmentationMode>;

/** A question ready to be scored: the original of a task, or one of its augmentations; the body of a variant item. */
export const TaskVariant = z.strictObject({
  server: Text,
  /** Id of the task item. */
  task: Text,
  mode: TaskMode,
  question: Text,
  targetTools: z.array(Text).min(1),
  /** What the writer said of the server. */
  analysis: z.string(),
  /** Language of the question, for example "en". */
  language: Text,
  /** Null for the original, which stands exactly once. */
  augmentation: z
    .strictObject({
      mode: AugmentationMode,
      index: z.int().min(0),
      context: z.string().nullable(),
      constraints: z.array(z.string()),
      persona: z.strictObject({ id: Text, licence: Text }).nullable(),
    })
    .nullable(),
});
export type TaskVariant = z.infer<typeof TaskVariant>;
