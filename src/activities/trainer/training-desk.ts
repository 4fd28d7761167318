/** What all activities of training work with. */
import type { Backend } from '../../domain/run/training/schema.ts';
import type { GateStore } from '../gate/contract.ts';
import type { OpenLive } from '../proof/live-contract.ts';
import type { TrainerBackend } from './backend.ts';
import type { TrainingStore } from './contract.ts';
import type { Embed } from './plan-training.ts';
import type { SftService } from './sft-service.ts';
import type { RunTool } from './task-room.ts';

export interface TrainingDesk {
  readonly store: TrainingStore;
  /** Where it is shown that the trainer gives no answer. */
  readonly gates: GateStore;
  readonly runTool: RunTool;
  /** Episodes of environments with state. */
  readonly openLive: OpenLive;
  /** Whoever trains by reinforcement, and whoever trains by SFT, for a configured backend. */
  readonly backend: (backend: Backend) => TrainerBackend;
  readonly sft: (backend: Backend) => SftService;
  /** Vectors of texts from the run's embedding model. */
  readonly embed: Embed;
  /** Absolute folder of batches and data sets; the trainer reads them there. */
  readonly folder: string;
  readonly now: () => number;
}
