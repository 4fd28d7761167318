/** The recorded ways of a run: for every state where one ends, the calls that lead there. */

import type { Pool } from 'pg';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import type { RecordedWay } from '../mcp/contract.ts';
import { loadBodies } from './blobs.ts';
import { type Queryable, query } from './pool.ts';
import { unknownRun } from './runs.ts';
import { createToolRecords } from './tool-records.ts';

/** One after the other, sorted by server; only those of the server of a name, when one is given. Fails with Store.NotFound. */
export async function* eachRecordedWay(pool: Pool, runId: string, server?: string): AsyncGenerator<RecordedWay, void> {
  const [run] = await query(pool, 'select 1 from run where id = $1', [runId]);
  if (run === undefined) throw unknownRun(runId);
  for (const { server: hash, state } of await ends(pool, runId)) {
    const body = (await loadBodies(pool, [hash])).get(hash);
    const { name, reach } = PoolServer.pick({ name: true, reach: true }).strip().parse(body);
    if (server !== undefined && name !== server) continue;
    yield { name, reach, calls: await createToolRecords(pool).chainTo(state) };
  }
}

function ends(on: Queryable, runId: string): Promise<{ server: string; state: string }[]> {
  return query(
    on,
    `select r.server, r.next_state as state from tool_use u join tool_record r on r.next_state = u.state
     where u.run_id = $1 and not exists (
       select 1 from tool_record n join tool_use v on v.state = n.next_state and v.run_id = u.run_id
       where n.previous_state = r.next_state)
     order by r.server, r.next_state`,
    [runId],
  );
}
