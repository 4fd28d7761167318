/** What the learning proof runs for a seed: SFT and RL as configs/training.yaml says, then RL with other rewards. */
import { join } from 'node:path';
import { loadRunConfig } from '../../src/config/load.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';

export const heldOutDomain = 'Other towns, firms and their people';

/** What differs from the main run of a seed; each starts from that run's weights after SFT. */
export const ablations = {
  recall: { reward: 'recall' },
  precision: { reward: 'precision' },
  alone: { perBand: 0 },
} as const;

export type Ablation = keyof typeof ablations;

export const ablationNames = ['recall', 'precision', 'alone'] as const satisfies readonly Ablation[];

export const mainRun = (seed: number): string => `seed-${seed}`;
export const ablationRun = (seed: number, ablation: Ablation): string => `seed-${seed}-${ablation}`;

/** configs/training.yaml with this seed and these environments. */
export function mainConfig(seed: number, file: string): RunConfig {
  const config = loadRunConfig(join(import.meta.dirname, '../../configs/training.yaml'));
  return RunConfig.parse({ ...config, seed, environments: { sources: [{ mode: 'environment', file }] } });
}

/** The same without SFT: it starts from weights that the trainer serves under `start`. */
export function ablationConfig(main: RunConfig, start: string, ablation: Ablation): RunConfig {
  const { sft: _sft, rl, ...rest } = main;
  if (rl === undefined) throw new Error('configs/training.yaml has no stage "rl"');
  const { reward = rl.reward, perBand = rl.irrelevantTools.perBand } = settings(ablation);
  const irrelevantTools = { ...rl.irrelevantTools, perBand };
  return RunConfig.parse({ ...rest, rl: { ...rl, model: start, reward, irrelevantTools } });
}

const settings = (ablation: Ablation): { readonly reward?: string; readonly perBand?: number } => ablations[ablation];
