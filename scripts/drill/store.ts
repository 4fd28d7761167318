/** What the drill reads of the store; while Postgres is away there is nothing to read, and that is no error. */
import type { Pool } from 'pg';
import { StoreError } from '../../src/activities/failures.ts';
import { createPool, query } from '../../src/activities/store/pool.ts';
import { hashText } from '../../src/domain/ids.ts';

export interface Progress {
  readonly status: string;
  readonly phase: string;
  /** What can be lost no more: calls, groups of rollouts, steps, measures; a watch adds the steps of SFT. */
  readonly records: number;
  readonly closed: number;
}

/** A call on record. */
export interface RecordedCall {
  /** SHA-256 of the request's canonical JSON: the teacher names requests the same way. */
  readonly hash: string;
  /** Milliseconds of the epoch. */
  readonly at: number;
}

export interface StoredItem {
  readonly id: string;
  readonly kind: string;
  readonly outcome: string;
}

/** Runs work with a small pool and closes it; undefined when Postgres cannot be reached. */
export async function whileThere<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T | undefined> {
  const pool = createPool({ connectionString: url, max: 1, applicationName: 'drill' });
  try {
    return await work(pool);
  } catch (error) {
    if (error instanceof StoreError && error.type === 'Store.Unavailable') return undefined;
    throw error;
  } finally {
    await pool.end();
  }
}

/** How far a run is; undefined while it is not opened. */
export async function readProgress(pool: Pool, run: string): Promise<Progress | undefined> {
  const [row] = await query<Progress>(
    pool,
    `select status, phase,
       (select count(*) from llm_call) + (select count(*) from rollout_group where run_id = $1)
         + (select count(*) from training_step where run_id = $1)
         + (select count(*) from policy_evaluation where run_id = $1) as records,
       (select count(*) from item where run_id = $1 and status <> 'open') as closed
     from run where id = $1`,
    [run],
  );
  return row;
}

/** Every recorded call, oldest first. */
export async function readCalls(pool: Pool): Promise<RecordedCall[]> {
  const rows = await query<{ request: string; at: number }>(
    pool,
    'select request, extract(epoch from created_at)::double precision * 1000 as at from llm_call order by created_at',
  );
  return rows.map(({ request, at }) => ({ hash: hashText(request), at }));
}

/** Every item of a run with its outcome. */
export async function readItems(pool: Pool, run: string): Promise<StoredItem[]> {
  return query<StoredItem>(
    pool,
    'select id, kind, outcome_key as outcome from item where run_id = $1 order by kind, ordinal',
    [run],
  );
}
