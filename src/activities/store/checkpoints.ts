/** Checkpoints and training steps of a run: what was made, from what, by which data. */
import type { RunId } from '../../domain/ids.ts';
import { stepNumbers } from '../../domain/rl/step-metrics.ts';
import { StoreError } from '../failures.ts';
import type { CheckpointRecord, StepRecord } from '../trainer/contract.ts';
import { type Queryable, query } from './pool.ts';

/** The first checkpoint of a name stays; after a corrected failure the same name may come to other weights. */
export async function saveCheckpoint(on: Queryable, runId: RunId, checkpoint: CheckpointRecord): Promise<void> {
  const { name, kind, step, model, manifest, weights, parent, data } = checkpoint;
  await query(
    on,
    `insert into checkpoint (run_id, name, kind, step, model, manifest, weights, parent, data)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [runId, name, kind, step, model, manifest, weights, parent, data],
  );
}

/** Checkpoints of a run, the base first. */
export async function checkpointsOf(on: Queryable, runId: string): Promise<CheckpointRecord[]> {
  return query<CheckpointRecord>(
    on,
    `select name, kind, step, model, manifest, weights, parent, data from checkpoint where run_id = $1
     order by array_position(array['base', 'sft', 'rl'], kind), step`,
    [runId],
  );
}

const stepColumns = `step, epoch, checkpoint, manifest, weights, parent, batch, path, groups, tried, carried, stale, lost,
  metrics, seconds, timings`;

type StepRow = Omit<StepRecord, 'metrics' | 'timings' | 'rewardMean' | 'rewardStd' | 'kl' | 'gradNorm'> & {
  metrics: string;
  timings: string;
};

/** Steps of a run in order. */
export async function stepsOf(on: Queryable, runId: string): Promise<StepRecord[]> {
  const rows = await query<StepRow>(on, `select ${stepColumns} from training_step where run_id = $1 order by step`, [
    runId,
  ]);
  return rows.map(stepOf);
}

/** Undefined before it was made. */
export async function findStep(on: Queryable, runId: string, step: number): Promise<StepRecord | undefined> {
  const [row] = await query<StepRow>(on, `select ${stepColumns} from training_step where run_id = $1 and step = $2`, [
    runId,
    step,
  ]);
  return row === undefined ? undefined : stepOf(row);
}

function stepOf(row: StepRow): StepRecord {
  // Written by saveStep: numbers by name.
  const metrics = JSON.parse(row.metrics) as StepRecord['metrics'];
  const timings = JSON.parse(row.timings) as StepRecord['timings'];
  return { ...row, metrics, timings, ...stepNumbers(metrics) };
}

/** Fails with Store.Constraint when the step is there with other weights. */
export async function saveStep(on: Queryable, runId: RunId, step: StepRecord): Promise<void> {
  await query(
    on,
    `insert into training_step (run_id, ${stepColumns})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict do nothing`,
    [
      runId,
      step.step,
      step.epoch,
      step.checkpoint,
      step.manifest,
      step.weights,
      step.parent,
      step.batch,
      step.path,
      step.groups,
      step.tried,
      step.carried,
      step.stale,
      step.lost,
      JSON.stringify(step.metrics),
      step.seconds,
      JSON.stringify(step.timings),
    ],
  );
  const stored = await findStep(on, runId, step.step);
  if (stored?.manifest === step.manifest) return;
  throw new StoreError(
    'Constraint',
    `Step ${step.step} of run "${runId}" is recorded with the weights ${stored?.manifest}, the trainer now has ${step.manifest}: two histories of one run`,
  );
}
