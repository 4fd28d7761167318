/** Recorded answers of tool servers that a run rests on, as rows of a file: with them a rerun needs no server. */
import type { Json, JsonObject } from '../../domain/json.ts';
import { type Queryable, query } from './pool.ts';

const pageSize = 500;

/** In the order of the states they lead to: a set has no other. */
export async function* eachRecording(on: Queryable, runId: string): AsyncGenerator<JsonObject, void> {
  let after = '';
  for (;;) {
    const page = await query<RecordRow>(on, recordsSql, [runId, after, pageSize]);
    // Bodies are JSON by construction.
    for (const { request, observation, ...row } of page)
      yield { ...row, request: JSON.parse(request) as Json, observation: JSON.parse(observation) as Json };
    if (page.length < pageSize) return;
    after = page.at(-1)?.next_state ?? after;
  }
}

interface RecordRow {
  readonly next_state: string;
  readonly previous_state: string;
  readonly server: string;
  readonly request: string;
  readonly observation: string;
}

const recordsSql = `
  select r.next_state, r.previous_state, r.server, q.body as request, o.body as observation
  from tool_record r join tool_use u on u.state = r.next_state
    join blob q on q.hash = r.request join blob o on o.hash = r.observation
  where u.run_id = $1 and r.next_state collate "C" > $2 order by r.next_state collate "C" limit $3`;
