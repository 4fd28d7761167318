/** Which weights a run starts from, and serving those of a step under their versioned name (method §10.6). */
import type { RunId } from '../../domain/ids.ts';
import { ConfigError, TrainerError } from '../failures.ts';
import type { ServedPolicy, TrainerActivities, Weights } from './contract.ts';
import { trainerRun } from './train-step.ts';
import type { TrainingDesk } from './training-desk.ts';

/** The result of SFT, else the configured base. Fails with Config.Invalid when a run names neither. */
export async function startWeights(desk: TrainingDesk, { runId }: { runId: RunId }): Promise<Weights> {
  const { store } = desk;
  const config = await store.config(runId);
  const trained = await store.findCheckpoint(runId, 'sft');
  if (trained !== undefined) return { model: trained.model, manifest: trained.manifest };
  const model = config.rl?.model;
  if (config.rl === undefined || model === undefined)
    throw new ConfigError('Invalid', `run "${runId}" has neither a stage "sft" nor rl.model: nothing to start from`);
  const { manifest, weights } = await desk.backend(config.rl.backend).identify(model);
  const record = { step: 0, model, manifest, weights, parent: null, data: null };
  await store.saveCheckpoint(runId, { name: 'base', kind: 'base', ...record });
  return { model, manifest };
}

/** Idempotent: publishing what is served changes nothing. */
export async function publishPolicy(
  desk: TrainingDesk,
  { runId, start, step }: Parameters<TrainerActivities['publishPolicy']>[0],
): Promise<ServedPolicy> {
  const { rl } = await desk.store.config(runId);
  if (rl === undefined) throw new ConfigError('Invalid', `run "${runId}" has no stage "rl"`);
  const manifest = step === 0 ? start.manifest : (await desk.store.findStep(runId, step))?.manifest;
  if (manifest === undefined) throw new TrainerError('Conflict', `step ${step} of "${runId}" was never made`);
  return desk.backend(rl.backend).publish({ run: trainerRun(runId, start), step, start, manifest });
}
