/** The pool, graphs and chains of a run as they are stored, for people: read alone, whatever runs. */
import type { ToolGraph } from '../../domain/graph/schema.ts';
import { Chain, StoredGraph } from '../../domain/graph/schema.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { type Queryable, query } from './pool.ts';
import { loadRunConfig } from './runs.ts';

export interface StoredChain {
  readonly id: string;
  /** Id of its graph. */
  readonly graph: string;
  readonly tools: readonly string[];
  readonly outcome: string;
  readonly detail: string;
}

export interface StoredGraphEntry {
  readonly id: string;
  readonly server: PoolServer;
  /** Null while it is being built. */
  readonly graph: ToolGraph | null;
  readonly outcome: string;
  readonly detail: string;
}

export interface StoredServer {
  readonly id: string;
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
}

export interface GraphView {
  readonly graphs: readonly StoredGraphEntry[];
  readonly chains: readonly StoredChain[];
  /** Servers that are not in the pool, or not yet. */
  readonly left: readonly StoredServer[];
}

/** Everything chain building has made of a run so far, in plan order; fails with Store.NotFound. */
export async function loadGraphView(on: Queryable, runId: string): Promise<GraphView> {
  await loadRunConfig(on, runId);
  const [graphs, chains, left] = await Promise.all([
    query<{ id: string; server: string; graph: string | null; outcome: string; detail: string }>(on, graphsSql, [
      runId,
    ]),
    query<{ id: string; graph: string; body: string; outcome: string; detail: string }>(on, chainsSql, [runId]),
    query<StoredServer>(on, leftSql, [runId]),
  ]);
  return {
    graphs: graphs.map(({ server, graph, ...row }) => ({
      ...row,
      server: PoolServer.parse(JSON.parse(server)),
      graph: graph === null ? null : StoredGraph.parse(JSON.parse(graph)).graph,
    })),
    chains: chains.map(({ body, ...row }) => ({ ...row, tools: Chain.parse(JSON.parse(body)).tools })),
    left,
  };
}

const graphsSql = `
  select i.id, s.body as server, g.body as graph, i.outcome_key as outcome, i.detail
  from item i join blob s on s.hash = i.body left join blob g on g.hash = i.result_body
  where i.run_id = $1 and i.kind = 'graph' order by i.ordinal`;

const chainsSql = `
  select i.id, i.parent_id as graph, b.body, i.outcome_key as outcome, i.detail
  from item i join blob b on b.hash = i.body
  where i.run_id = $1 and i.kind = 'chain' order by i.ordinal`;

// A refused row is no server: its body says where it stands in the file.
const leftSql = `
  select i.id, coalesce(b.body::json ->> 'name', 'row ' || (b.body::json ->> 'row'), i.id) as name,
    i.outcome_key as outcome, i.detail
  from item i join blob b on b.hash = i.body
  where i.run_id = $1 and i.kind = 'server' and i.status <> 'ok' order by i.ordinal`;
