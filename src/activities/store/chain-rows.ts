/** Graphs and chains of a run, one after the other in plan order: for exports and audits. */
import { z } from 'zod';
import { astraChainRow, astraServerRow, astraSubChainsRow } from '../../domain/export/chain-rows.ts';
import type { ExportFormat } from '../../domain/export/formats.ts';
import type { OperatorResult } from '../../domain/graph/judge-chain.ts';
import { Chain, StoredGraph } from '../../domain/graph/schema.ts';
import type { Json } from '../../domain/json.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { type Queryable, query } from './pool.ts';

export type ChainFormat = Extract<ExportFormat, 'astra-servers' | 'astra-sub-chains' | 'astra-chains'>;

export function isChainFormat(format: ExportFormat): format is ChainFormat {
  return format === 'astra-servers' || format === 'astra-sub-chains' || format === 'astra-chains';
}

/** What was stored of a chain's verification; the domain wrote it. */
const Verdict = z.object({ results: z.array(z.custom<OperatorResult>()), replies: z.json() });

export interface JudgedChain {
  readonly id: string;
  readonly chain: Chain;
  readonly outcome: string;
  readonly verdict: z.infer<typeof Verdict> | null;
}

export interface GraphRow {
  /** Id of the graph item. */
  readonly id: string;
  readonly server: PoolServer;
  /** Id and content of the stored graph; null where none was built. */
  readonly graph: { readonly id: string; readonly value: StoredGraph } | null;
  readonly chains: readonly JudgedChain[];
}

/** Every server of the pool with its graph and chains, in plan order. */
export async function* eachGraph(on: Queryable, runId: string): AsyncGenerator<GraphRow, void> {
  let after = -1;
  for (;;) {
    const [row] = await query<StoredRow>(on, graphSql, [runId, after]);
    if (row === undefined) return;
    const chains = await query<StoredChainRow>(on, chainsSql, [runId, row.id]);
    const graph =
      row.graph === null || row.graph_id === null
        ? null
        : { id: row.graph_id, value: StoredGraph.parse(JSON.parse(row.graph)) };
    yield { id: row.id, server: PoolServer.parse(JSON.parse(row.server)), graph, chains: chains.map(toChain) };
    after = row.ordinal;
  }
}

/** Rows of one of ASTRA's files; of chains only those that passed. */
export async function* eachChainRow(on: Queryable, runId: string, format: ChainFormat): AsyncGenerator<Json, void> {
  for await (const { server, graph, chains } of eachGraph(on, runId)) {
    if (format === 'astra-servers') yield astraServerRow(server);
    if (graph === null || format === 'astra-servers') continue;
    if (format === 'astra-sub-chains') {
      yield astraSubChainsRow(
        server,
        graph.value,
        chains.map(({ chain }) => chain.tools),
      );
      continue;
    }
    for (const { chain, outcome, verdict } of chains) {
      if (outcome === 'ok' && verdict !== null)
        yield astraChainRow(server, graph.value, { tools: chain.tools, ...verdict });
    }
  }
}

interface StoredRow {
  readonly id: string;
  readonly ordinal: number;
  readonly server: string;
  readonly graph: string | null;
  readonly graph_id: string | null;
}

interface StoredChainRow {
  readonly id: string;
  readonly body: string;
  readonly outcome: string;
  readonly verdict: string | null;
}

function toChain({ id, body, outcome, verdict }: StoredChainRow): JudgedChain {
  const judged = verdict === null ? null : Verdict.parse(JSON.parse(verdict));
  return { id, chain: Chain.parse(JSON.parse(body)), outcome, verdict: judged };
}

// One server at a time: a large one has a megabyte of documents.
const graphSql = `
  select i.id, i.ordinal, s.body as server, g.body as graph, i.result_id as graph_id
  from item i join blob s on s.hash = i.body left join blob g on g.hash = i.result_body
  where i.run_id = $1 and i.kind = 'graph' and i.reason <> 'duplicate_server' and i.ordinal > $2
  order by i.ordinal limit 1`;

const chainsSql = `
  select i.id, b.body, i.outcome_key as outcome, v.body as verdict
  from item i join blob b on b.hash = i.body left join blob v on v.hash = i.verdict
  where i.run_id = $1 and i.kind = 'chain' and i.parent_id = $2 order by i.ordinal`;
