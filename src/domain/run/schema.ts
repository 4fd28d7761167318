/**
 * The configuration of a run (ours): one schema for the YAML file, the workflow's input and `astra config schema`.
 * Every number says its unit; every default that the paper leaves open is named as ours in docs/paper-map.md.
 */
import { z } from 'zod';
import { Evaluation, Rl, Sft } from './training/schema.ts';
import { Trajectories } from './trajectories/schema.ts';

/** The jobs a model can have; each may be another model behind another endpoint. */
export const ModelRole = z.enum(['generator', 'judge', 'agent', 'emulator', 'user', 'embedding']);
export type ModelRole = z.infer<typeof ModelRole>;

const ModelConfig = z.strictObject({
  /** Model name as the endpoint knows it. */
  model: z.string().min(1).optional(),
  /** OpenAI-compatible base URL, or several of one model (used in turn); absent: OPENAI_BASE_URL. */
  baseUrl: z.union([z.url(), z.array(z.url()).min(1)]).optional(),
  /** Name of the environment variable that holds the key; the key itself never stands in a file. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional(),
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().gt(0).max(1).optional(),
  /** Upper bound of generated tokens per call. */
  maxTokens: z.int().min(1).optional(),
  /** How the reply schema is enforced; auto tries json_schema and falls back when the endpoint refuses it. */
  structuredOutput: z.enum(['auto', 'json_schema', 'json_object', 'none']).optional(),
  /** Money per million tokens, in any one currency. */
  price: z.strictObject({ promptPerMillion: z.number().min(0), completionPerMillion: z.number().min(0) }).optional(),
  /** Calls in flight at once towards this model; lowered by itself on HTTP 429. */
  concurrency: z.int().min(1).max(1000).optional(),
  /** Seconds until a call is given up and asked again. */
  timeoutSeconds: z.number().min(1).max(3600).optional(),
  /** Sent as they are in the request body, for example chat_template_kwargs. */
  extraBody: z.record(z.string(), z.json()).optional(),
});

/** `default` holds for every role that does not say otherwise. */
const Models = z.strictObject({
  default: ModelConfig.default({}),
  generator: ModelConfig.optional(),
  judge: ModelConfig.optional(),
  agent: ModelConfig.optional(),
  emulator: ModelConfig.optional(),
  user: ModelConfig.optional(),
  embedding: ModelConfig.optional(),
});

const Hops = z
  .strictObject({ min: z.int().min(1).max(20), max: z.int().min(1).max(20) })
  .refine((hops) => hops.min <= hops.max, 'hops.min must not be greater than hops.max');

/** One source of questions (§8.1), or of scenarios. */
export const Source = z
  .strictObject({
    /** scenario: environments with state. environment: finished ones of another run. All others ask for questions. */
    mode: z.enum(['domain', 'list', 'corpus', 'question', 'taxonomy', 'decomposition', 'scenario', 'environment']),
    /** domain mode: the domain's name. */
    domain: z.string().min(1).optional(),
    /** All other modes: JSON or JSONL, plain or gzip; relative to the configuration file. */
    file: z.string().min(1).optional(),
    hops: Hops.default({ min: 3, max: 5 }),
    /** Prompts per row: equal prompts are kept apart by their repeat number. */
    repeats: z.int().min(1).max(1000).default(1),
    /** Use at most this many rows of the file, in its order. */
    count: z.int().min(1).optional(),
    language: z.string().min(2).default('en'),
    /** taxonomy mode: chance of hiding the leaf's example. */
    maskExample: z.number().min(0).max(1).default(0.5),
    licence: z.string().optional(),
    /** Skip and count lines that cannot be read instead of refusing the file. */
    skipInvalid: z.boolean().default(false),
  })
  .refine((source) => (source.mode === 'domain') === (source.file === undefined), {
    message: 'mode "domain" takes "domain" and no "file"; every other mode takes "file"',
  })
  .refine((source) => source.mode !== 'domain' || source.domain !== undefined, {
    message: 'mode "domain" needs "domain"',
  });
export type Source = z.infer<typeof Source>;

const Environments = z
  .strictObject({
    sources: z.array(Source).min(1),
    /** Which scored instances go on (§8.3): the paper keeps the top 10 %. */
    selection: z
      .union([
        z.strictObject({ percentile: z.number().min(0).max(100) }),
        z.strictObject({ threshold: z.number().min(0).max(1) }),
      ])
      .default({ percentile: 90 }),
    attempts: z
      .strictObject({
        /** Asks per prompt before an unusable reply quarantines the item. */
        reask: z.int().min(1).max(10).default(3),
        /** Call and implementation attempts per tool document. */
        inner: z.int().min(1).max(20).default(5),
        /** Tool documents per node. */
        outer: z.int().min(1).max(20).default(3),
        /** Implementation attempts per merged member. */
        merge: z.int().min(1).max(20).default(5),
      })
      .prefault({}),
    /** Drop a node whose tool cannot be proven, with its dependants, instead of rejecting the instance. */
    dropFailedNodes: z.boolean().default(false),
    /** Merge tools of one intent (§8.5). */
    merge: z.boolean().default(true),
    /** Further environments made from each finished one: other values, proven anew, no model asked (§8.1). */
    augment: z.int().min(0).max(20).default(0),
    /** Stop after the scores of §8.3: no tools are built. */
    stopAfter: z.enum(['scores', 'environments']).default('environments'),
  })
  .refine(
    (stage) =>
      stage.stopAfter === 'environments' ||
      stage.sources.every((source) => source.mode !== 'scenario' && source.mode !== 'environment'),
    {
      path: ['stopAfter'],
      message: '"scores" leaves nothing to do for a source of mode "scenario" or "environment"',
    },
  );

const Budget = z.strictObject({
  /** Hard cap on money, in the currency of the prices. */
  maxCost: z.number().gt(0).optional(),
  /** Hard cap on prompt and completion tokens together. */
  maxTokens: z.int().min(1).optional(),
});

/** Points where a person may be asked before the run goes on. */
export const Gate = z.enum(['plan', 'selection']);
export type Gate = z.infer<typeof Gate>;

function hasSame(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join('\n') === other.toSorted().join('\n');
}

const Execution = z.strictObject({
  /** Child workflows that walk the items of a stage side by side. */
  partitions: z.int().min(1).max(32).default(2),
  /** Items in flight per partition. */
  window: z.int().min(1).max(50).default(12),
  /** Share of failed (not rejected) items above which a stage parks for correction. */
  failureBudget: z.number().min(0).max(1).default(0.2),
});

export const RunConfig = z
  .strictObject({
    seed: z.int().min(0).default(1),
    models: Models.prefault({}),
    budget: Budget.default({}),
    environments: Environments.optional(),
    trajectories: Trajectories.optional(),
    sft: Sft.optional(),
    rl: Rl.optional(),
    evaluation: Evaluation.optional(),
    gates: z.array(Gate).default([]),
    execution: Execution.prefault({}),
  })
  .refine(
    ({ sft, rl }) => sft?.domains === undefined || rl?.domains === undefined || hasSame(sft.domains, rl.domains),
    {
      path: ['rl', 'domains'],
      message: 'one split serves both stages: name the domains in "sft" or in "rl", or the same ones in both',
    },
  );
export type RunConfig = z.infer<typeof RunConfig>;

/** One role's model with `default` merged in and every field decided. */
export const ResolvedModel = z.strictObject({
  role: ModelRole,
  model: z.string(),
  baseUrls: z.array(z.string()),
  apiKeyEnv: z.string(),
  temperature: z.number(),
  topP: z.number(),
  maxTokens: z.int(),
  structuredOutput: z.enum(['auto', 'json_schema', 'json_object', 'none']),
  price: z.strictObject({ promptPerMillion: z.number(), completionPerMillion: z.number() }),
  concurrency: z.int(),
  timeoutSeconds: z.number(),
  extraBody: z.record(z.string(), z.json()),
});
export type ResolvedModel = z.infer<typeof ResolvedModel>;
