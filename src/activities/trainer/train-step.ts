/** One training step (method §10.3): the batch from its groups, the file of it, the step at the trainer, the record. */
import { hashText } from '../../domain/ids.ts';
import { logprobLimit, logprobMark } from '../../domain/rl/logprob-watch.ts';
import { RolloutGroup } from '../../domain/rl/schema.ts';
import { groupMetrics, stepNumbers } from '../../domain/rl/step-metrics.ts';
import type { Rl } from '../../domain/run/training/schema.ts';
import { ConfigError, TrainerError } from '../failures.ts';
import { writeHashed } from './batch-file.ts';
import type { StepRecord, StepRef, TrainerActivities, Weights } from './contract.ts';
import { encodeStepBatch } from './step-batch.ts';
import { stepTimings } from './step-timings.ts';
import type { TrainingDesk } from './training-desk.ts';

type StepBatch = ReturnType<typeof encodeStepBatch>;
type Input = Parameters<TrainerActivities['trainStep']>[0];

export interface StepWatch {
  readonly beat: (phase: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Name of a run at the trainer: weights of another start are another run there, whatever the run here is called, so a
 * new store never meets the steps of an old one.
 */
export function trainerRun(runId: string, start: Weights): string {
  return `${runId}-${hashText(start.manifest).slice(0, 8)}`;
}

/** Makes the step, or answers it from the record. */
export async function trainStep(desk: TrainingDesk, input: Input, { beat, signal }: StepWatch): Promise<StepRef> {
  const { store, now } = desk;
  const { runId, step, start } = input;
  const began = now();
  const known = await store.findStep(runId, step);
  if (known !== undefined) return refOf(known);
  const { rl } = await store.config(runId);
  if (rl === undefined) throw new ConfigError('Invalid', `run "${runId}" has no stage "rl"`);
  const parent = step === 1 ? start.manifest : (await store.findStep(runId, step - 1))?.manifest;
  if (parent === undefined) throw new TrainerError('Conflict', `step ${step} of "${runId}" has no step before it`);
  const groups = await Promise.all(input.groups.map(async (hash) => RolloutGroup.parse(await store.loadBody(hash))));
  beat('batch');
  const { rows, bytes } = stepBatch(groups, rl, { run: runId, step });
  const batch = await writeHashed(desk.folder, [bytes], (sha256) => `batch-${sha256}.safetensors`);
  const run = trainerRun(runId, start);
  const { loss, optimizer, sampling } = rl;
  const order = { run, step, start, parent, batch, rows, loss, optimizer, temperature: sampling.temperature, signal };
  const batched = now();
  const made = await desk.backend(rl.backend).trainStep(order, beat);
  const clock = { began, batched, answered: now(), told: made.timings };
  const mark = logprobMark(made.metrics, logprobLimit(rl));
  const metrics = { ...made.metrics, ...mark, ...groupMetrics(groups), rows: rows.length };
  const record: StepRecord = {
    ...input,
    ...stepNumbers(metrics),
    step,
    checkpoint: made.checkpoint,
    manifest: made.manifest,
    weights: made.weights,
    batch: batch.sha256,
    path: batch.path,
    parent,
    metrics,
    seconds: made.seconds,
    timings: stepTimings(clock, input.spent),
  };
  const { manifest, weights } = made;
  await store.saveStep(runId, record);
  await store.saveCheckpoint(runId, {
    name: `step-${step}`,
    kind: 'rl',
    step,
    model: `${run}-v${step}`,
    manifest,
    weights,
    parent,
    data: batch.sha256,
  });
  return refOf(record);
}

function stepBatch(groups: readonly RolloutGroup[], rl: Rl, place: { run: string; step: number }): StepBatch {
  try {
    return encodeStepBatch(groups, rl, place);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TrainerError('BatchInvalid', cause.message, { cause });
  }
}

function refOf({ step, checkpoint, manifest, rewardMean, rewardStd, kl, gradNorm }: StepRecord): StepRef {
  return { step, checkpoint, manifest, rewardMean, rewardStd, kl, gradNorm };
}
