/** What is kept of a policy that was measured (method §11). */
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { PolicyMeasures } from '../../domain/rl/evaluation.ts';

/** Which trajectories an evaluation played. */
export interface EvaluationKey {
  readonly runId: RunId;
  readonly manifest: string;
  readonly mode: 'sampled' | 'greedy';
  /** Hash of plan and settings. */
  readonly settings: string;
}

export interface EvaluationRecord extends EvaluationKey {
  readonly label: string;
  readonly repeats: number;
  readonly measures: PolicyMeasures;
  /** Scores per task and trajectory. */
  readonly body: BlobHash;
}
