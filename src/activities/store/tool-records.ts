/**
 * Recorded answers of tool servers: looked up by the state they lead to, walked back to the beginning of their chain,
 * written once. The first writer wins: who comes second is told what stands.
 */
import type { Pool } from 'pg';
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { Observation, ToolRequest } from '../../domain/tool-call/schema.ts';
import { StoreError } from '../failures.ts';
import type { RecordedCall, ToolRecords } from '../mcp/contract.ts';
import { saveBodies, toBody } from './blobs.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';

/** The store side of tool calls on one pool. */
export function createToolRecords(pool: Pool): ToolRecords {
  return {
    find: (state) => findRecord(pool, state),
    chainTo: (state) => chainTo(pool, state),
    keep: (record) => keepRecord(pool, record),
    noteUse: (runId, state) => noteUse(pool, runId, state),
    begin: (state) => begin(pool, state),
    unbegin: (state) => unbegin(pool, state),
    recordingsOf: async (runId) => (await loadRunConfig(pool, runId)).trajectories?.episodes.recordings ?? 'reuse',
    findListing: (source) => findListing(pool, source),
    keepListing: (runId, kept) => keepListing(pool, runId, kept),
  };
}

interface Row {
  readonly next_state: string;
  readonly previous_state: string;
  readonly request: string;
  readonly request_body: string;
  readonly observation: string;
  readonly observation_body: string;
}

const columns = `r.next_state, r.previous_state, r.request, q.body as request_body, r.observation, o.body as observation_body`;
const bodies = 'join blob q on q.hash = r.request join blob o on o.hash = r.observation';

function toRecord(row: Row): RecordedCall {
  return {
    state: row.next_state,
    previous: row.previous_state,
    requestHash: row.request as BlobHash, // columns of hashes
    observationHash: row.observation as BlobHash,
    request: ToolRequest.parse(JSON.parse(row.request_body)),
    observation: Observation.parse(JSON.parse(row.observation_body)),
  };
}

async function findRecord(on: Queryable, state: string): Promise<RecordedCall | undefined> {
  const text = `select ${columns} from tool_record r ${bodies} where r.next_state = $1`;
  const [row] = await query<Row>(on, text, [state]);
  return row && toRecord(row);
}

/** The recorded calls that lead to a state, the first call first; empty for a state that no record leads to. */
async function chainTo(on: Queryable, state: string): Promise<RecordedCall[]> {
  const rows = await query<Row>(
    on,
    `with recursive chain as (
       select t.*, 0 as back from tool_record t where t.next_state = $1
       union all
       select t.*, c.back + 1 from tool_record t join chain c on t.next_state = c.previous_state
     )
     select ${columns} from chain r ${bodies} order by r.back desc`,
    [state],
  );
  return rows.map(toRecord);
}

/** Writes a record unless the state has one; returns the one that stands. */
async function keepRecord(
  pool: Pool,
  record: Omit<RecordedCall, 'observationHash'> & { readonly server: string },
): Promise<RecordedCall> {
  // Parsed by its schema, which knows JSON only.
  const body = toBody(record.observation as JsonObject);
  const written = await transaction(pool, async (client) => {
    await saveBodies(client, [body]);
    return query(
      client,
      `insert into tool_record (next_state, previous_state, server, request, observation)
       values ($1, $2, $3, $4, $5) on conflict (next_state) do nothing returning next_state`,
      [record.state, record.previous, record.server, record.requestHash, body.hash],
    );
  });
  if (written.length > 0) return { ...record, observationHash: body.hash };
  const standing = await findRecord(pool, record.state);
  if (standing !== undefined) return standing;
  throw new StoreError(
    'NotFound',
    `The record of state ${record.state} was there and is gone: tool_record is being deleted from`,
  );
}

async function noteUse(on: Queryable, runId: RunId, state: string): Promise<void> {
  await query(on, 'insert into tool_use (run_id, state) values ($1, $2) on conflict do nothing', [runId, state]);
}

/** False when the call that leads to the state was begun before. */
async function begin(on: Queryable, state: string): Promise<boolean> {
  const text = 'insert into tool_attempt (next_state) values ($1) on conflict do nothing returning next_state';
  return (await query(on, text, [state])).length > 0;
}

async function unbegin(on: Queryable, state: string): Promise<void> {
  await query(on, 'delete from tool_attempt where next_state = $1', [state]);
}

async function findListing(on: Queryable, source: string): Promise<BlobHash | undefined> {
  const text = 'select listing from tool_listing where source = $1';
  const [row] = await query<{ listing: BlobHash }>(on, text, [source]);
  return row?.listing;
}

/** The latest listing stands: a server may have been updated under the same entry. */
async function keepListing(
  on: Queryable,
  runId: RunId,
  { source, listing }: { readonly source: string; readonly listing: BlobHash },
): Promise<void> {
  await query(
    on,
    `insert into tool_listing (source, listing) values ($1, $2)
     on conflict (source) do update set listing = excluded.listing, updated_at = now()`,
    [source, listing],
  );
  const use = 'insert into tool_listing_use (run_id, source) values ($1, $2) on conflict do nothing';
  await query(on, use, [runId, source]);
}
