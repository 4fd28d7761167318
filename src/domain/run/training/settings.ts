/** What workflows decide training by (method §9 to §11); what only an activity decides by stays in the store. */
import type { FillRule } from '../../rl/batch-filling.ts';
import type { StopRule } from '../../rl/early-stop.ts';

export interface TrainingSettings {
  readonly sft: boolean;
  readonly rl: RlSettings | null;
  /** Modes in which policies are measured; empty without the stage. */
  readonly evaluation: readonly ('sampled' | 'greedy')[];
}

export interface RlSettings {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly fill: FillRule;
  readonly stops: StopRule;
  /** Steps between two evaluations; 0: none before the end. */
  readonly evaluateEvery: number;
}
