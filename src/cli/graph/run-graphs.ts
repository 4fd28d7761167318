/** Graphs of a run as they are stored. */
import type { Pool } from 'pg';
import { loadGraphView } from '../../activities/store/graph-view.ts';
import type { GraphEntry, GraphSet } from './graph-entry.ts';

/** The graphs of a run, with their chains and verdicts; fails with Store.NotFound. */
export async function runGraphs(pool: Pool, run: string): Promise<GraphSet> {
  const { graphs, chains, left } = await loadGraphView(pool, run);
  const entries = graphs.flatMap(({ id, server, graph }): GraphEntry[] => {
    if (graph === null) return [];
    const own = chains.filter((chain) => chain.graph === id);
    return [{ id, server, graph, chains: own.map((chain) => ({ ...chain, server: server.name })) }];
  });
  const without = graphs
    .filter(({ graph }) => graph === null)
    .map(({ server, outcome, detail }) => ({ name: server.name, outcome, detail }));
  return { entries, left: [...left.map(({ name, outcome, detail }) => ({ name, outcome, detail })), ...without] };
}
