/** Graphs of the pool's servers (method §3.1, §3.2): built from all proposals at once, walked, and closed with their chains open. */
import type { Pool, PoolClient } from 'pg';
import { buildGraph, joinProposals } from '../../domain/graph/build-graph.ts';
import { type Proposals, readGivenChains, readProposals } from '../../domain/graph/proposals.ts';
import { type SampledChains, sampleChains } from '../../domain/graph/sample-chains.ts';
import { ChainProposalReply, type StoredGraph } from '../../domain/graph/schema.ts';
import { contentId, type RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { type BodyReader, createBodyReader, saveValue, toBody } from './blobs.ts';
import type { ChainStoreActivities } from './chain-contract.ts';
import { type ChainItemRow, chainItem, requireChainItem } from './chain-item.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { loadOwn, loadReply } from './stored-body.ts';

type Input = Parameters<ChainStoreActivities['recordGraph']>[0];
type Result = Awaited<ReturnType<ChainStoreActivities['recordGraph']>>;

/** Ordinals per server: prime and above the most chains of a server. */
export const chainStride = 997;

/** Builds and walks the graph; a closed one is left as it is. See ChainStoreActivities. */
export async function recordGraph(pool: Pool, input: Input): Promise<Result> {
  const config = await loadRunConfig(pool, input.runId);
  return transaction(pool, async (client) => {
    const row = await requireChainItem(client, { runId: input.runId, kind: 'graph', id: input.id });
    if (row.outcome !== undefined) return { outcome: row.outcome, edges: 0, chains: await countChains(client, input) };
    const read = createBodyReader(client);
    const server = await loadOwn(read, row.body, PoolServer);
    const { proposals, usable } = await proposalsOf(read, { input, row, server });
    const graph = buildGraph(server.tools, proposals);
    const sampled = sampleChains(graph, walkOptions(config), `${config.seed}/${input.id}`);
    const outcome = outcomeOf(sampled, usable);
    const result = await saveGraph(client, {
      server: row.body,
      proposals: [...proposals.accepted],
      graph,
      walks: sampled.report,
    });
    if (outcome.status === 'ok') await openChains(client, { input, row, sampled });
    await closeItem(client, { runId: input.runId, kind: 'graph', id: input.id, outcome, result });
    return { outcome, edges: sampled.report.edges, chains: sampled.chains.length };
  });
}

function outcomeOf({ chains, report }: SampledChains, usable: boolean): Outcome {
  if (chains.length > 0) return { status: 'ok' };
  if (!usable) return { status: 'quarantined', judge: 'trajectory/chain-proposal', detail: 'no usable reply' };
  if (report.edges === 0)
    return { status: 'rejected', rule: 'no_edges', detail: 'no tool is proposed to follow another' };
  const detail = `${report.edges} edges, but no walk of the shortest length`;
  return { status: 'rejected', rule: 'no_chain', detail };
}

async function proposalsOf(
  read: BodyReader,
  { input, row, server }: { input: Input; row: ChainItemRow; server: PoolServer },
): Promise<{ proposals: Proposals; usable: boolean }> {
  const known = new Set(server.tools.map(({ name }) => name));
  const parts: Proposals[] = row.imported ? [readGivenChains(server.chains, known)] : [];
  const replies = await Promise.all(input.replies.map(({ reply }) => loadReply(read, reply, ChainProposalReply)));
  for (const [index, { sample, slice }] of input.replies.entries()) {
    const reply = replies[index] ?? null;
    if (reply !== null) parts.push(readProposals(reply, { origin: { sample, slice }, known }));
  }
  return { proposals: joinProposals(parts), usable: parts.length > 0 };
}

function walkOptions({ trajectories }: RunConfig): Parameters<typeof sampleChains>[1] {
  if (trajectories === undefined) throw new TypeError('a run without the stage has no graphs');
  return trajectories.chains;
}

async function saveGraph(
  client: PoolClient,
  graph: StoredGraph,
): Promise<NonNullable<Parameters<typeof closeItem>[1]['result']>> {
  // A graph is made of texts and numbers.
  const body = graph as JsonObject;
  return { id: contentId('toolgraph', body), body: await saveValue(client, body) };
}

/** Chains of an earlier round stay; new ones come after them. */
async function openChains(
  client: PoolClient,
  { input, row, sampled }: { input: Input; row: ChainItemRow; sampled: SampledChains },
): Promise<void> {
  const { runId, id: parentId } = input;
  const known = await query<{ id: string }>(
    client,
    "select id from item where run_id = $1 and kind = 'chain' and parent_id = $2",
    [runId, parentId],
  );
  const ids = new Set(known.map(({ id }) => id));
  const items = sampled.chains.flatMap((chain): Omit<NewItem, 'ordinal'>[] => {
    const { tools, order, walk } = chain;
    const { id } = chainItem('chain', { server: row.body, tools });
    if (ids.has(id)) return [];
    return [{ id, parentId, body: toBody({ server: row.body, tools, order, walk }), round: row.round }];
  });
  const placed = items.map((item, index) => ({ ...item, ordinal: row.ordinal * chainStride + ids.size + index }));
  await insertItems(client, { runId, kind: 'chain', items: placed });
}

async function countChains(client: PoolClient, { runId, id }: { runId: RunId; id: string }): Promise<number> {
  const [row] = await query<{ chains: number }>(
    client,
    "select count(*) as chains from item where run_id = $1 and kind = 'chain' and parent_id = $2",
    [runId, id],
  );
  return row?.chains ?? 0;
}
