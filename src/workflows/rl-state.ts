/** What is handed from step to step of training by reinforcement (method §10.4). */
import type { RunSettings } from '../activities/store/contract.ts';
import type { GroupRef, Weights } from '../activities/trainer/contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import type { StepFacts } from '../domain/rl/early-stop.ts';
import type { RlSettings } from '../domain/run/training/settings.ts';

/** Where training stands between two steps. A persisted interface. */
export interface RlState {
  /** The last step that was made; 0 before the first. */
  readonly step: number;
  readonly start: Weights;
  /** TrainingPlan: what groups are drawn from. */
  readonly plan: BlobHash;
  /** Manifest of the last step, or of the start. */
  readonly manifest: string;
  /** Number of the next group. */
  readonly nextGroup: number;
  /** Valid groups that no batch has used yet. */
  readonly carried: readonly GroupRef[];
  /** Of the last steps, the newest last; what early stops are decided by. */
  readonly recent: readonly (StepFacts & { readonly rewardMean: number })[];
  readonly best: { readonly step: number; readonly f1: number } | null;
}

export interface RlStepInput {
  readonly run: RunSettings;
  readonly rl: RlSettings;
  readonly epoch: number;
  readonly state: RlState;
}

export interface StepEnd {
  readonly state: RlState;
  /** Why no step was made; null when one was. */
  readonly stopped: string | null;
  /** What became of a step that was made, in a line for people. */
  readonly told?: string;
}
