/** Closed queues and why, for readers that have no Temporal. */
import type { Pool } from 'pg';
import type { GateRow, GateStore } from '../gate/contract.ts';
import { columnText } from './column-text.ts';
import { query } from './pool.ts';

/** The store side of the outage gate. */
export function createGateStore(pool: Pool): GateStore {
  return {
    async setGate({ queue, cause, reason, runId }: GateRow): Promise<void> {
      await query(
        pool,
        `insert into gate (queue, state, cause, reason, run_id) values ($1, 'closed', $2, $3, $4)
         on conflict (queue) do update set state = 'closed', cause = excluded.cause, reason = excluded.reason,
           run_id = excluded.run_id, since = case gate.state when 'closed' then gate.since else now() end`,
        [queue, cause, columnText(reason), runId],
      );
    },
    async clearGate(queue: string): Promise<void> {
      await query(pool, "update gate set state = 'open', since = now() where queue = $1 and state <> 'open'", [queue]);
    },
  };
}
