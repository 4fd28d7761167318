/** Tool servers of a run (method §2): filtered one by one, then joined to the pool over all of them. */
import type { Pool, PoolClient } from 'pg';
import { sliceCount } from '../../domain/graph/slices.ts';
import { contentId, type RunId } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { ServerListing } from '../../domain/tool-pool/listing/schema.ts';
import { formPool, type PoolMember } from '../../domain/tool-pool/pool.ts';
import { poolServer } from '../../domain/tool-pool/pool-server.ts';
import { PoolServer, ServerSource } from '../../domain/tool-pool/schema.ts';
import { createBodyReader, saveValue, textBody } from './blobs.ts';
import type { ChainStoreActivities } from './chain-contract.ts';
import { chainItem, requireChainItem } from './chain-item.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { loadOwn } from './stored-body.ts';

type Input<Name extends keyof ChainStoreActivities> = Parameters<ChainStoreActivities[Name]>[0];

/** Filters a server's tools and closes its item; one that is closed keeps its outcome. See ChainStoreActivities. */
export async function recordServer(pool: Pool, { runId, id, listing }: Input<'recordServer'>): Promise<Outcome> {
  const { trajectories } = await loadRunConfig(pool, runId);
  return transaction(pool, async (client) => {
    const row = await requireChainItem(client, { runId, kind: 'server', id });
    if (row.outcome !== undefined) return row.outcome;
    const read = createBodyReader(client);
    const source = await loadOwn(read, row.body, ServerSource);
    const listed = listing === null ? null : await loadOwn(read, listing, ServerListing);
    const named = listed === null ? source : withOwnWords(source, listed);
    const pooled = poolServer(named, (listed?.tools ?? source.tools ?? []) as Json[], trajectories?.minTools ?? 1);
    if (pooled.status === 'rejected') return close(client, { runId, id, outcome: pooled });
    // A pool server was built from JSON values only.
    const body = pooled.server as JsonObject;
    const result = { id: contentId('tools', body), body: await saveValue(client, body) };
    return close(client, { runId, id, outcome: { status: 'ok' }, result });
  });
}

/** What the file leaves open, a server may say of itself. */
function withOwnWords(source: ServerSource, listed: ServerListing): ServerSource {
  const { title, description } = source;
  return { ...source, title: title || listed.title, description: description || listed.description };
}

type Closing = Omit<Parameters<typeof closeItem>[1], 'kind'>;

async function close(client: PoolClient, closing: Closing): Promise<Outcome> {
  await closeItem(client, { ...closing, kind: 'server' });
  return closing.outcome;
}

/** Opens a graph for every server of the pool; those opened before stay. See ChainStoreActivities. */
export async function formToolPool(
  pool: Pool,
  { runId }: { runId: RunId },
): Promise<{ servers: number; duplicates: number; tools: number }> {
  return transaction(pool, async (client) => {
    await query(client, 'select id from run where id = $1 for update', [runId]);
    const rows = await pooledRows(client, runId);
    const members = new Map(rows.map(({ id, body }) => [id, PoolServer.parse(JSON.parse(body))]));
    const formed = formPool(rows.map(({ id }): PoolMember => ({ id, server: serverOf(members, id) })));
    const duplicates = new Map(formed.duplicates.map(({ id, of }) => [id, of]));
    const fresh = rows.filter(({ opened }) => !opened);
    const items = fresh.map((row) => graphItem(row, serverOf(members, row.id), duplicates.get(row.id)));
    await insertItems(client, { runId, kind: 'graph', items });
    const tools = formed.members.reduce((sum, { server }) => sum + server.tools.length, 0);
    return { servers: formed.members.length, duplicates: duplicates.size, tools };
  });
}

interface PooledRow {
  readonly id: string;
  readonly ordinal: number;
  readonly body: string;
  /** Its graph exists. */
  readonly opened: boolean;
}

function pooledRows(client: PoolClient, runId: RunId): Promise<PooledRow[]> {
  return query<PooledRow>(
    client,
    `select i.id, i.ordinal, blob.body, exists (select from item g where g.run_id = $1 and g.kind = 'graph'
       and g.parent_id = i.id) as opened
     from item i join blob on blob.hash = i.result_body
     where i.run_id = $1 and i.kind = 'server' and i.status = 'ok' order by i.ordinal`,
    [runId],
  );
}

function serverOf(members: ReadonlyMap<string, PoolServer>, id: string): PoolServer {
  const server = members.get(id);
  if (server === undefined) throw new TypeError(`the pool lost ${id}, which it was made from`);
  return server;
}

function graphItem({ id, ordinal, body }: PooledRow, server: PoolServer, duplicateOf: string | undefined): NewItem {
  const detail = `has the same tools as ${duplicateOf}`;
  return {
    ...chainItem('graph', { server: id }),
    ordinal,
    parentId: id,
    body: textBody(body),
    imported: server.chains.length > 0,
    slices: sliceCount(server),
    ...(duplicateOf === undefined
      ? {}
      : { outcome: { status: 'rejected', rule: 'duplicate_server', detail } as const }),
  };
}
