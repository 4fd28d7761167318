/**
 * Configuration of the stages "sft", "rl" and "evaluation" (method §9, §10, §11). What the paper does not disclose has
 * defaults of ours, named so in docs/paper-map.md.
 */
import { z } from 'zod';
import { rewardVariants } from '../../rl/reward-variant.ts';
import { toolViews } from '../../rl/shown-tools.ts';

const Share = z.number().min(0).max(1);

/** Where training happens; each is only an address. */
export const Backend = z.discriminatedUnion('kind', [
  /** Our service, or one that speaks its contract; absent: ASTRA_TRAINER_URL or the stack's own. */
  z.strictObject({ kind: z.literal('local'), url: z.url().optional() }),
  /** The Tinker verbs, anywhere. Rank 0 trains all weights, which not every server does; the hosted one wants an adapter. */
  z.strictObject({
    kind: z.literal('tinker'),
    url: z.url(),
    apiKeyEnv: z.string().min(1).default('TINKER_API_KEY'),
    loraRank: z.int().min(0).max(512).default(0),
  }),
  /** SFT only: jobs on a Ray cluster. */
  z.strictObject({ kind: z.literal('ray'), url: z.url(), entrypoint: z.string().min(1) }),
  /** SFT only: the OpenAI shape of files and jobs at another address. */
  z.strictObject({ kind: z.literal('openai'), url: z.url(), apiKeyEnv: z.string().min(1).default('OPENAI_API_KEY') }),
]);
export type Backend = z.infer<typeof Backend>;

/** Chances of the faults that later rows are given on purpose; ours. */
const Faults = z.strictObject({
  repeated: Share.default(0.125),
  wrongTool: Share.default(0.05),
  skipped: Share.default(0.015),
  rechecked: Share.default(0.2),
});

/** Environments of these domains alone are trained on, in both stages; absent: all. */
const Domains = z.array(z.string().min(1)).min(1).optional();

export const Sft = z.strictObject({
  /** Base model as the trainer names it; "nano" makes one from scratch. */
  model: z.string().min(1).default('nano'),
  /** environments: gold calls of our own proven environments. trajectories: conversations that judges selected. */
  data: z.enum(['environments', 'trajectories']).default('environments'),
  domains: Domains,
  /** Conversations made of each environment, each with other irrelevant tools. */
  perEnvironment: z.int().min(1).max(10_000).default(8),
  /** How tools are listed in the rows; absent: as in rl. */
  toolView: z.enum(toolViews).optional(),
  /** Irrelevant tools listed in a conversation. */
  irrelevant: z.int().min(0).max(20).default(2),
  /** Share of the conversations whose own tools are not listed and that end with saying so; for rl.missingTools. */
  missingTools: Share.default(0),
  /** Exchange the names in all conversations of an environment but the first; for policies from scratch. */
  rename: z.boolean().default(false),
  faults: Faults.prefault({}),
  /** Share of the conversations without faults; they are trained first. */
  cleanShare: Share.default(0.7),
  /** Passed on to the trainer as they are: steps, batch_size, learning_rate, optimizer, schedule and the like. */
  hyperparameters: z.record(z.string(), z.json()).default({}),
  backend: Backend.default({ kind: 'local' }),
});
export type Sft = z.infer<typeof Sft>;

const Loss = z.strictObject({
  fn: z.enum(['ppo', 'importance_sampling', 'cispo', 'dppo']).default('ppo'),
  clipLow: z.number().gt(0).default(0.2),
  clipHigh: z.number().gt(0).default(0.28),
  /** A token's ratio counts at most this much, for samplers that are not the trainer. */
  tisCap: z.number().gt(1).optional(),
});

const Optimizer = z.strictObject({
  /** Constant; the paper's for all weights of 14B. Ten times as much for LoRA; a policy from scratch needs 3e-4. */
  lr: z.number().gt(0).default(2e-6),
  betas: z.tuple([Share, Share]).default([0.9, 0.95]),
  eps: z.number().gt(0).default(1e-8),
  weightDecay: z.number().min(0).default(0),
  gradClip: z.number().min(0).default(1),
});

const Sampling = z.strictObject({
  /** Anything else than 1 makes the ratio one of other distributions. */
  temperature: z.number().gt(0).max(2).default(1),
  /** Tokens of one turn, of the prompt, and of everything after it. */
  maxTurnTokens: z.int().min(1).default(2_048),
  maxPromptTokens: z.int().min(1).default(25_600),
  maxResponseTokens: z.int().min(1).default(49_152),
  maxTurns: z.int().min(1).max(256).default(32),
});

const Stops = z.strictObject({
  /** Batches in a row without spread. */
  zeroSpreadBatches: z.int().min(1).default(3),
  maxKl: z.number().gt(0).default(0.1),
  maxLostShare: Share.default(0.05),
});

const IrrelevantTools = z.strictObject({
  /** Tools drawn per band of likeness; 0: none. */
  perBand: z.int().min(0).max(20).default(2),
  /** lexical needs no model; embedding asks models.embedding. */
  similarity: z.enum(['lexical', 'embedding']).default('lexical'),
  /** Offer tools of the task's own domain too; the paper leaves them out. */
  sameDomain: z.boolean().default(false),
});

export const Rl = z
  .strictObject({
    /** Base model where no stage "sft" comes before; else its result. */
    model: z.string().min(1).optional(),
    /** As in sft: one of the two says it for both. */
    domains: Domains,
    steps: z.int().min(1).max(100_000).default(40),
    stepsPerEpoch: z.int().min(1).max(400).default(20),
    /** Valid groups of a batch, and rollouts of a group. */
    groups: z.int().min(1).max(256).default(8),
    groupSize: z.int().min(2).max(64).default(8),
    /** A group counts when its rewards deviate by more than this. */
    delta: z.number().min(0).max(0.5).default(0.01),
    /** Groups a step may roll out; absent: four times `groups`. */
    maxGroups: z.int().min(1).max(1_024).optional(),
    maxStaleness: z.int().min(0).max(8).default(1),
    /** Share of a group's rollouts that must be left. */
    quorum: z.number().gt(0).max(1).default(0.75),
    reward: z.enum(rewardVariants).default('f1'),
    advantages: z.enum(['std', 'none']).default('std'),
    normaliser: z
      .union([z.enum(['group_tokens', 'batch_tokens']), z.strictObject({ constant: z.number().gt(0) })])
      .default('group_tokens'),
    loss: Loss.prefault({}),
    optimizer: Optimizer.prefault({}),
    sampling: Sampling.prefault({}),
    /** keep: a trajectory that was cut off has its reward. mask: it is left out. */
    overlong: z.enum(['keep', 'mask']).default('keep'),
    /** End a trajectory when every gold answer is there; off, so that the policy learns to stop. */
    stopWhenSolved: z.boolean().default(false),
    /** Seconds that one rollout may take. */
    rolloutSeconds: z.number().gt(0).max(1_500).default(600),
    irrelevantTools: IrrelevantTools.prefault({}),
    /** Share of the groups whose own tools are not listed: right is then to call nothing and to say so. */
    missingTools: Share.default(0),
    toolView: z.enum(toolViews).default('documents'),
    /** Environments whose measured pass rate lies outside are not trained on. */
    difficulty: z.strictObject({ low: Share, high: Share, repeats: z.int().min(1).max(64).default(4) }).optional(),
    stops: Stops.prefault({}),
    /**
     * Most by which a sampled log-probability may differ from the trainer's own, on tokens of the newest policy; a step
     * above it is marked. Absent: 1e-4 with backend local, none with others; null: none.
     */
    logprobLimit: z.number().gt(0).nullable().optional(),
    /** Steps between two evaluations on held-out environments; 0: only at the end. */
    evaluateEvery: z.int().min(0).default(0),
    /** Checkpoints kept besides the best and the last. */
    keep: z.int().min(1).default(3),
    backend: Backend.default({ kind: 'local' }),
  })
  .refine(({ backend }) => backend.kind === 'local' || backend.kind === 'tinker', {
    path: ['backend'],
    message: 'training by reinforcement needs a backend of kind "local" or "tinker"',
  })
  .refine(({ groups, maxGroups }) => maxGroups === undefined || maxGroups >= groups, {
    path: ['maxGroups'],
    message: '"maxGroups" must be at least "groups"',
  });
export type Rl = z.infer<typeof Rl>;

export const Evaluation = z.strictObject({
  /** Environments that no training sees: a share of them, apart by template and entity, or all strangers of a domain. */
  heldOut: z.union([z.number().gt(0).lt(1), z.strictObject({ domain: z.string().min(1) })]).default(0.2),
  /** Sampled trajectories per held-out environment; greedy ones are one each. */
  repeats: z.int().min(1).max(100).default(4),
  temperature: z.number().gt(0).max(2).default(1),
  greedy: z.boolean().default(true),
  /** Most held-out environments that are used. */
  tasks: z.int().min(1).default(256),
  maxTurns: z.int().min(1).max(256).default(32),
  /** Irrelevant tools per band. */
  perBand: z.int().min(0).max(20).default(2),
});
export type Evaluation = z.infer<typeof Evaluation>;
