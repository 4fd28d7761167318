/**
 * Training (method §9 to §11): plans, jobs, rollouts, steps, evaluations. What is trained on lies in the store under its
 * hash; here only hashes and small numbers go by. All activities are safe to repeat: a group, a step and an evaluation are
 * found again under their keys. They fail with Trainer.* and Sandbox.*, Store.*; a lost rollout is a result.
 */
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { GroupSummary } from '../../domain/rl/batch-filling.ts';
import type { StepNumbers } from '../../domain/rl/step-metrics.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import type { EvaluationKey, EvaluationRecord } from './evaluation-contract.ts';

export type { EvaluationKey, EvaluationRecord } from './evaluation-contract.ts';

export interface PlannedTraining {
  /** TrainingPlan. */
  readonly plan: BlobHash;
  readonly training: number;
  readonly heldOut: number;
  readonly left: number;
}

export interface PreparedSft {
  /** SHA-256 of the file of rows. */
  readonly dataset: string;
  readonly rows: number;
}

/** Weights somebody can start from: a model name and the hash that identifies what is behind it. */
export interface Weights {
  readonly model: string;
  readonly manifest: string;
}

export interface SftProgress {
  readonly status: 'running' | 'succeeded';
  readonly step: number;
  readonly of: number;
  /** Present when succeeded. */
  readonly result?: Weights;
  /** The weights before the first step, present when succeeded. */
  readonly base?: Weights;
}

/** What a job tells of itself: its loss by step, and in its own words what became of the rows. */
export interface SftRecord {
  readonly loss: readonly { readonly step: number; readonly loss: number }[];
  readonly notes: readonly string[];
}

/** A policy that is served for sampling. */
export interface ServedPolicy {
  readonly model: string;
  /** Step whose weights it has; 0 before the first. */
  readonly version: number;
}

export interface GroupRef extends GroupSummary {
  readonly task: string;
  /** RolloutGroup. */
  readonly body: BlobHash;
  /** Rollouts that the environment or the clock lost. */
  readonly lost: number;
  /** Rollouts that solved every sub-question. */
  readonly solved: number;
  /** Sampled tokens and calls of the group's rollouts. */
  readonly tokens: number;
  readonly calls: number;
}

export interface StepRef extends StepNumbers {
  readonly step: number;
  /** Checkpoint name at the trainer. */
  readonly checkpoint: string;
  readonly manifest: string;
}

/** How long a step took before its batch was there, as its workflow saw it. */
export interface StepSpent {
  /** When it began, in milliseconds since 1970; the rest in seconds. */
  readonly began: number;
  readonly publish: number;
  readonly rollouts: number;
}

export interface TrainerActivities {
  /** Splits the run's environments and forms the bands of irrelevant tools, once per run. Fails with Config.Invalid. */
  planTraining(input: { runId: RunId }): Promise<PlannedTraining>;
  /** Writes the rows of SFT. Repeating it gives the same file. */
  prepareSft(input: { runId: RunId; plan: BlobHash }): Promise<PreparedSft>;
  /** Get-or-create of the job under a key of run, data and round. */
  dispatchSft(input: { runId: RunId; dataset: string; round: number }): Promise<{ job: string }>;
  /** Follows a job for a while; "running" means: ask again. Registers the checkpoint when it has succeeded. */
  awaitSft(input: { runId: RunId; job: string; dataset: string }): Promise<SftProgress>;
  /** Ends the work on a job that nobody waits for any more; dispatching it again takes it up. */
  stopSft(input: { runId: RunId; job: string }): Promise<void>;
  /** Weights that training by reinforcement starts from: the result of SFT, or the configured base. */
  startWeights(input: { runId: RunId }): Promise<Weights>;
  /**
   * The plan without the environments whose pass rate lies outside of rl.difficulty, measured with the weights that training
   * starts from; the same plan where the run does not ask for it. Fails with Config.Invalid when none is left.
   */
  calibratePlan(input: { runId: RunId; plan: BlobHash; start: Weights }): Promise<PlannedTraining>;
  /** Serves the weights of a step (0: the start) under their versioned name. */
  publishPolicy(input: { runId: RunId; start: Weights; step: number }): Promise<ServedPolicy>;
  /** All rollouts of one group, token in, token out. Fails with Trainer.StalePolicy when the policy is not served. */
  rolloutGroup(input: { runId: RunId; plan: BlobHash; group: number; policy: ServedPolicy }): Promise<GroupRef>;
  /** One step from its parent by these groups. Committed steps are answered, never made twice. */
  trainStep(input: {
    runId: RunId;
    start: Weights;
    epoch: number;
    step: number;
    /** RolloutGroup bodies of the batch, and how many groups were tried, carried on and dropped as stale. */
    groups: readonly BlobHash[];
    tried: number;
    carried: number;
    stale: number;
    lost: number;
    spent?: StepSpent;
  }): Promise<StepRef>;
  /** Scores of a policy on the held-out environments; found again under its weights and settings. */
  evaluatePolicy(input: {
    runId: RunId;
    plan: BlobHash;
    /** "base", "sft", "step-20". */
    label: string;
    weights: Weights;
    mode: 'sampled' | 'greedy';
    /** Sampled trajectories per environment; absent: the run's. */
    repeats?: number;
  }): Promise<EvaluationRecord>;
}

/** Weights as the run keeps them: where they came from and what they are. */
export interface CheckpointRecord {
  /** "base", "sft", "step-7". */
  readonly name: string;
  readonly kind: 'base' | 'sft' | 'rl';
  readonly step: number;
  readonly model: string;
  readonly manifest: string;
  readonly weights: string;
  /** Manifest of what it was made from; null for a base. */
  readonly parent: string | null;
  /** SHA-256 of the file of rows or of the batch; null for a base. */
  readonly data: string | null;
}

export interface StepRecord extends StepRef {
  readonly epoch: number;
  /** SHA-256 of its batch, and where it lies. */
  readonly batch: string;
  readonly path: string;
  readonly parent: string;
  readonly weights: string;
  readonly groups: readonly BlobHash[];
  readonly tried: number;
  readonly carried: number;
  readonly stale: number;
  readonly lost: number;
  /** Everything the trainer and the batch say of the step. */
  readonly metrics: { readonly [name: string]: number };
  readonly seconds: number;
  /** Seconds of the whole step by part; empty for steps of earlier versions. */
  readonly timings: { readonly [part: string]: number };
}

/** What training needs of the store. Everything is found again under its key; the first of equal keys stays. */
export interface TrainingStore {
  config(runId: RunId): Promise<RunConfig>;
  loadBody(hash: string): Promise<unknown>;
  /** Stores canonical JSON text once; returns its hash. */
  saveBody(text: string): Promise<BlobHash>;
  /** Emitted environments in plan order: those of questions, then those with state. */
  environments(runId: RunId): AsyncIterable<{ readonly id: string; readonly body: string; readonly value: unknown }>;
  findPlan(runId: RunId): Promise<BlobHash | undefined>;
  savePlan(runId: RunId, plan: BlobHash): Promise<BlobHash>;
  findGroup(runId: RunId, place: { group: number; policy: string }): Promise<GroupRef | undefined>;
  saveGroup(runId: RunId, group: GroupRef & { readonly policy: string; readonly seconds: number }): Promise<GroupRef>;
  /** Conversations that judges selected, in plan order, as rows for SFT. */
  selectedConversations(runId: RunId): Promise<readonly JsonObject[]>;
  saveJob(runId: RunId, job: { key: string; job: string; dataset: string }): Promise<void>;
  /** Replaces what was known of the job. */
  saveJobRecord(runId: RunId, job: string, record: SftRecord): Promise<void>;
  saveCheckpoint(runId: RunId, checkpoint: CheckpointRecord): Promise<void>;
  findCheckpoint(runId: RunId, name: string): Promise<CheckpointRecord | undefined>;
  /** Number of the last step; 0 before the first. */
  lastStep(runId: RunId): Promise<number>;
  findStep(runId: RunId, step: number): Promise<StepRecord | undefined>;
  /** Fails with Store.Constraint when the step is there with another manifest. */
  saveStep(runId: RunId, step: StepRecord): Promise<void>;
  findEvaluation(key: EvaluationKey): Promise<EvaluationRecord | undefined>;
  saveEvaluation(evaluation: EvaluationRecord): Promise<void>;
}
