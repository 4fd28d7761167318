/** A run that had ended and is started again: readers of the store must not take the old end for the new one. */
import type { Pool } from 'pg';
import type { RunId } from '../../domain/ids.ts';
import { query } from './pool.ts';

/**
 * Starts an execution and shows the run as running when it had ended before; whatever the new execution has written
 * meanwhile stands. Returns what `start` returns.
 */
export async function showRestart<Started extends string>(
  pool: Pool,
  runId: RunId,
  start: () => Promise<Started | 'started'>,
): Promise<Started | 'started'> {
  const [before] = await query<{ now: string }>(pool, 'select clock_timestamp()::text as now');
  const what = await start();
  if (what !== 'started') return what;
  await query(
    pool,
    `update run set status = 'running', phase = 'starting', note = '', updated_at = now()
     where id = $1 and status in ('completed', 'failed', 'cancelled') and updated_at <= $2::timestamptz`,
    [runId, before?.now],
  );
  return what;
}
