/**
 * Shapes of training by reinforcement (method §10): what a rollout and a group of rollouts are once they are stored.
 * Token ids, mask and log-probabilities are the truth; every text here is a view of them.
 */
import { z } from 'zod';
import { Environment } from '../environment/schema.ts';
import { StatefulEnvironment } from '../stateful/schema.ts';

/** What a policy is put into: an environment of questions, or one with state. */
export const TaskEnvironment = z.union([StatefulEnvironment, Environment]);
export type TaskEnvironment = z.infer<typeof TaskEnvironment>;

const Ids = z.array(z.int().min(0));

/** One stretch of tokens that the policy sampled, and which policy that was. */
const Turn = z.strictObject({
  /** Tokens of the trajectory before the turn, and tokens that were sampled in it. */
  start: z.int().min(1),
  length: z.int().min(0),
  /** Model name as the sampler gave it back, such as "demo-v3". */
  policy: z.string().min(1),
  finish: z.enum(['stop', 'length']),
});
export type Turn = z.infer<typeof Turn>;

/**
 * Why a trajectory ended. answer: a turn without a call. solved: every gold answer was there and the run stops then.
 * turns, tokens: a limit of the run. truncated: a turn without its end token. context: no room for another turn.
 */
export const StopReason = z.enum(['answer', 'solved', 'turns', 'tokens', 'truncated', 'context']);
export type StopReason = z.infer<typeof StopReason>;

const Score = z.strictObject({
  n: z.int().min(0),
  solved: z.int().min(0),
  calls: z.int().min(0),
  recall: z.number().min(0).max(1),
  precision: z.number().min(0).max(1),
  f1: z.number().min(0).max(1),
});
export type Score = z.infer<typeof Score>;

export const Rollout = z.strictObject({
  /** Place in its group, from 0. */
  no: z.int().min(0),
  tokens: Ids,
  /** 1 where the policy sampled the token; 0 for prompt and observations. */
  mask: z.array(z.union([z.literal(0), z.literal(1)])),
  /** Log-probability under the distribution it was drawn from; 0 where the mask is 0. */
  logprobs: z.array(z.number()),
  turns: z.array(Turn),
  stop: StopReason,
  score: Score,
  /** What the advantages are made of: the part of the score that the run rewards. */
  reward: z.number().min(0).max(1),
  /** The last message names the final answer; weighs nothing. */
  finalAnswerOk: z.boolean(),
  toolErrors: z.int().min(0),
  formatErrors: z.int().min(0),
  /** What the policy said and saw, one text a message. */
  said: z.array(z.strictObject({ role: z.enum(['assistant', 'tool']), text: z.string() })),
});
export type Rollout = z.infer<typeof Rollout>;

/**
 * A rollout that says nothing about the policy: never a reward. environment: the sandbox failed. deadline: it took too
 * long. masked: it was cut off and the run leaves those out. prompt: its tools do not fit the run's longest prompt.
 */
const LostRollout = z.strictObject({
  no: z.int().min(0),
  reason: z.enum(['environment', 'deadline', 'masked', 'prompt']),
  detail: z.string(),
});
export type LostRollout = z.infer<typeof LostRollout>;

export const RolloutGroup = z.strictObject({
  /** Number of the group over the whole run, from 0. */
  group: z.int().min(0),
  /** Id of its environment. */
  task: z.string().min(1),
  /** Training step whose weights sampled it; 0 before the first step. */
  version: z.int().min(0),
  policy: z.string().min(1),
  /** Names of the tools as they were listed, in scope or not. */
  shown: z.array(z.string()),
  irrelevant: z.array(z.string()),
  /** The tools of the task are not listed: right is to call nothing and to say so. */
  toolsMissing: z.boolean(),
  rollouts: z.array(Rollout),
  lost: z.array(LostRollout),
});
export type RolloutGroup = z.infer<typeof RolloutGroup>;

/** A tool in the pool that irrelevant ones are drawn from: its environment and its name there. */
const PoolTool = z.strictObject({ environment: z.string(), body: z.string(), name: z.string() });
export type PoolTool = z.infer<typeof PoolTool>;

const Bands = z.strictObject({ high: Ids, medium: Ids, low: Ids });
/** Indices into the pool, by likeness to the tools in scope. */
export type Bands = z.infer<typeof Bands>;

const PlannedTask = z.strictObject({
  /** Environment id and the hash of its stored body. */
  id: z.string().min(1),
  body: z.string().min(1),
  bands: Bands,
});
export type PlannedTask = z.infer<typeof PlannedTask>;

/** What a run trains and is measured on; decided once, then content-addressed. */
export const TrainingPlan = z.strictObject({
  schema: z.literal(1),
  training: z.array(PlannedTask),
  heldOut: z.array(PlannedTask),
  /** Environments in neither, each with the reason. */
  left: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
  pool: z.array(PoolTool),
  similarity: z.string(),
  splitBy: z.string(),
});
export type TrainingPlan = z.infer<typeof TrainingPlan>;
