/** Jobs of SFT as a run keeps them: the key they were asked for under, and what they told so far. */
import type { RunId } from '../../domain/ids.ts';
import type { SftRecord } from '../trainer/contract.ts';
import { type Queryable, query } from './pool.ts';

/** The job that was asked for last, with its record. */
export interface KeptJob extends SftRecord {
  readonly job: string;
}

export async function saveJob(
  on: Queryable,
  runId: RunId,
  { key, job, dataset }: { key: string; job: string; dataset: string },
): Promise<void> {
  await query(
    on,
    `insert into training_job (run_id, key, job, dataset) values ($1, $2, $3, $4)
     on conflict (run_id, key) do update set job = excluded.job`,
    [runId, key, job, dataset],
  );
}

/** Replaces what was known. */
export async function saveJobRecord(
  on: Queryable,
  { runId, job, record }: { runId: RunId; job: string; record: SftRecord },
): Promise<void> {
  const { loss, notes } = record;
  await query(on, 'update training_job set metrics = $3, notes = $4 where run_id = $1 and job = $2', [
    runId,
    job,
    JSON.stringify(loss),
    JSON.stringify(notes),
  ]);
}

export async function lastJob(on: Queryable, runId: string): Promise<KeptJob | undefined> {
  const [row] = await query<{ job: string; metrics: string; notes: string }>(
    on,
    'select job, metrics, notes from training_job where run_id = $1 order by created_at desc limit 1',
    [runId],
  );
  if (row === undefined) return undefined;
  // Both texts are written by saveJobRecord.
  const loss = JSON.parse(row.metrics) as SftRecord['loss'];
  return { job: row.job, loss, notes: JSON.parse(row.notes) as SftRecord['notes'] };
}
