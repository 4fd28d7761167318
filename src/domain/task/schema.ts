/**
 * Shapes of tasks (method §4): what a writer is asked for, the question with its tools, the question as it is scored, and
 * the replies of the prompts on the way.
 */
import { z } from 'zod';
import { PoolServer } from '../tool-pool/schema.ts';

const Text = z.string().trim().min(1);

/** plan: for one verified chain. free: for a number of tools of a server. */
export const TaskMode = z.enum(['plan', 'free']);
export type TaskMode = z.infer<typeof TaskMode>;

/** Reply of prompts task/plan and task/free. */
export const WriterReply = z.object({
  server_analysis: z.string(),
  target_tools: z.array(Text).min(1),
  question: z.string(),
});
export type WriterReply = z.infer<typeof WriterReply>;

/** A task that a file brought, with the scores that the file gives it. */
export const GivenTask = WriterReply.extend({ scores: z.record(z.string(), z.int().min(1).max(5)) });
export type GivenTask = z.infer<typeof GivenTask>;

/** A persona as a writer is shown it; never a whole row of the set. */
export const Persona = z.strictObject({ id: Text, licence: Text, description: Text });
export type Persona = z.infer<typeof Persona>;

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
  /** Drawn for this task without replacement; empty unless its augmentations take personas. */
  personas: z.array(Persona),
  /** The task itself where a file brought it; null: it has to be written. */
  given: GivenTask.nullable(),
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

/** One variation as it is asked for; items are validated one by one, so that a bad one never loses the others. */
export const Variation = z.object({
  question: z.string(),
  /** diverse: the other situation. complicate: what was added. persona: what of the person shows. */
  context: z.string().nullable().default(null),
  constraints: z.array(z.string()).default([]),
});
export type Variation = z.infer<typeof Variation>;

const { $schema: _, ...variationSchema } = z.toJSONSchema(Variation);

/** Reply of prompt task/augment. */
export const AugmentReply = z.object({ variations: z.array(z.unknown().meta(variationSchema)) });
export type AugmentReply = z.infer<typeof AugmentReply>;

/** One augmentation that was asked for; `persona` is its place in the order, null in other modes. */
export const AskedReply = z.strictObject({
  mode: AugmentationMode,
  persona: z.int().min(0).nullable(),
  /** Null when none became usable; `why` then says what stood in the way. */
  reply: AugmentReply.nullable(),
  why: z.string().nullable(),
});
export type AskedReply = z.infer<typeof AskedReply>;

const Rating = z.object({ reason: z.string(), score: z.int().min(1).max(5) });

/** Reply of prompt task/score. */
export const ScoreReply = z.object({
  tool_selection_difficulty: Rating,
  tool_selection_uniqueness: Rating,
  question_quality: Rating,
  scenario_realism: Rating,
  tool_use_necessity: Rating,
});
export type ScoreReply = z.infer<typeof ScoreReply>;
export type ScoreDimension = keyof ScoreReply;

/** Reply of prompt task/without-tools: what a model makes of the question when it has no tools. */
export const WithoutToolsReply = z.object({ answer: z.string(), missing: z.string(), complete: z.boolean() });
export type WithoutToolsReply = z.infer<typeof WithoutToolsReply>;

const SaidFact = z.object({ name: Text, value: z.string() });

/** Reply of prompt task/user-script. */
export const ScriptReply = z.object({
  goal: Text,
  known: z.array(SaidFact),
  /** missing_parameter: exactly the values that the first message leaves out. */
  withheld: z.array(SaidFact),
  /** First message of the user. */
  question: Text,
  /** changed_mind, multi_request: what comes later; null otherwise. */
  later: z.string().nullable(),
});
export type ScriptReply = z.infer<typeof ScriptReply>;

/** What each prompt rests on. A written task is a reply; a given one stands in its order. */
export const OrderFacts = z.object({ server: PoolServer, order: TaskOrder });
export const WrittenFacts = z.object({ server: PoolServer, order: TaskOrder, task: WriterReply.optional() });
export const VariantFacts = z.object({ server: PoolServer, variant: TaskVariant });
export const AugmentParams = z.object({
  mode: AugmentationMode,
  /** How many are asked for. */
  variations: z.int().min(1),
  /** Which persona of the order; null in every other mode. */
  persona: z.int().min(0).nullable(),
});
export type AugmentParams = z.infer<typeof AugmentParams>;
export const ScriptParams = z.object({ kind: z.enum(['missing_parameter', 'changed_mind', 'multi_request']) });
export const NoParams = z.object({});
