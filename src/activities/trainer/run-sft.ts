/** SFT as a job somewhere else (method §9): dispatched under a key, followed in chunks, registered when it has weights. */
import { canonicalJson, hashText, type RunId } from '../../domain/ids.ts';
import type { Sft } from '../../domain/run/training/schema.ts';
import { ConfigError, TrainerError } from '../failures.ts';
import type { SftProgress, TrainerActivities } from './contract.ts';
import { datasetPath } from './prepare-sft.ts';
import type { SftJob } from './sft-service.ts';
import { showAnswer } from './show-outage.ts';
import type { TrainingDesk } from './training-desk.ts';

/** One activity follows a job for so long, and asks so often. */
const chunkMs = 60 * 60_000;
const pollMs = 1_000;
/** Its whole record is read at the end, and every so many polls. */
const pollsPerRecord = 10;

type Dispatch = Parameters<TrainerActivities['dispatchSft']>[0];

/** The job of this run, data and round: made now, or made before. */
export async function dispatchSft(desk: TrainingDesk, { runId, dataset, round }: Dispatch): Promise<{ job: string }> {
  const { sft, seed } = await settingsOf(desk, runId);
  const phases = sft.data === 'environments' && sft.cleanShare > 0 && sft.cleanShare < 1;
  const order = {
    model: sft.model,
    seed,
    hyperparameters: {
      ...(phases && sft.backend.kind === 'local' && { phases: [sft.cleanShare, 1 - sft.cleanShare] }),
      ...sft.hyperparameters,
    },
  };
  // The settings are in it: a new store with a run of the same name must not meet the job of other settings.
  const settings = hashText(canonicalJson(order)).slice(0, 8);
  const key = `sft/${runId}/${dataset}/${settings}${round === 0 ? '' : `/${round}`}`;
  const path = datasetPath(desk.folder, dataset);
  const job = await desk.sft(sft.backend).dispatch({ key, path, sha256: dataset, ...order });
  await desk.store.saveJob(runId, { key, job, dataset });
  return { job };
}

interface Follow {
  readonly beat: (progress: { readonly step: number; readonly of: number }) => void;
  readonly pause: (ms: number) => Promise<void>;
}

type Await = Parameters<TrainerActivities['awaitSft']>[0];

/** Follows a job until it ends or the chunk does. Fails with Trainer.JobFailed. */
export async function awaitSft(
  desk: TrainingDesk,
  { runId, job, dataset }: Await,
  follow: Follow,
): Promise<SftProgress> {
  const { sft } = await settingsOf(desk, runId);
  const service = desk.sft(sft.backend);
  const until = desk.now() + chunkMs;
  for (let polls = 0; ; polls++) {
    const seen = await service.read(job);
    if (polls === 0) await showAnswer(desk.gates);
    if (seen.status === 'failed') throw new TrainerError('JobFailed', `SFT job ${job}: ${seen.detail}`);
    if (seen.status === 'succeeded' || polls % pollsPerRecord === 0)
      await desk.store.saveJobRecord(runId, job, await service.record(job));
    if (seen.status === 'succeeded') return register(desk, { runId, dataset }, seen);
    if (desk.now() >= until) return { status: 'running', step: seen.step, of: seen.of };
    follow.beat({ step: seen.step, of: seen.of });
    await follow.pause(pollMs);
  }
}

/** A cancelled run must not keep its trainer busy. */
export async function stopSft(desk: TrainingDesk, { runId, job }: { runId: RunId; job: string }): Promise<void> {
  const { sft } = await settingsOf(desk, runId);
  await desk.sft(sft.backend).stop(job);
}

async function register(
  { store }: TrainingDesk,
  { runId, dataset }: { runId: RunId; dataset: string },
  { step, result, base }: Extract<SftJob, { status: 'succeeded' }>,
): Promise<SftProgress> {
  if (base !== undefined)
    await store.saveCheckpoint(runId, { name: 'base', kind: 'base', step: 0, ...base, parent: null, data: null });
  const parent = base?.manifest ?? null;
  await store.saveCheckpoint(runId, { name: 'sft', kind: 'sft', step, ...result, parent, data: dataset });
  const weights = ({ model, manifest }: typeof result): NonNullable<SftProgress['result']> => ({ model, manifest });
  return {
    status: 'succeeded',
    step,
    of: step,
    result: weights(result),
    ...(base !== undefined && { base: weights(base) }),
  };
}

async function settingsOf({ store }: TrainingDesk, runId: RunId): Promise<{ sft: Sft; seed: number }> {
  const { sft, seed } = await store.config(runId);
  if (sft === undefined) throw new ConfigError('Invalid', `run "${runId}" has no stage "sft"`);
  return { sft, seed };
}
