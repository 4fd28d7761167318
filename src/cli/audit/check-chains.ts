/** Graphs built and walked again from their proposals, chains judged again from their replies: the same must come out. */
import type { Pool } from 'pg';
import { eachGraph, type GraphRow, type JudgedChain } from '../../activities/store/chain-rows.ts';
import { loadRunConfig } from '../../activities/store/runs.ts';
import { buildGraph } from '../../domain/graph/build-graph.ts';
import { type ChainReplies, judgeChain } from '../../domain/graph/judge-chain.ts';
import { sampleChains } from '../../domain/graph/sample-chains.ts';
import type { StoredGraph } from '../../domain/graph/schema.ts';
import { canonicalJson, contentId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { outcomeKey } from '../../domain/run/outcome.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import type { Finding } from './finding.ts';

export interface ChainCheck {
  readonly graphs: number;
  readonly judged: number;
  readonly findings: readonly Finding[];
}

type Settings = NonNullable<RunConfig['trajectories']>['chains'];

/** Nothing is checked in a run without the stage. */
export async function checkChains(pool: Pool, run: string): Promise<ChainCheck> {
  const { seed, trajectories } = await loadRunConfig(pool, run);
  const findings: Finding[] = [];
  let [graphs, judged] = [0, 0];
  if (trajectories === undefined) return { graphs, judged, findings };
  for await (const row of eachGraph(pool, run)) {
    if (row.graph !== null) {
      graphs += 1;
      findings.push(...graphFindings(row, row.graph, { settings: trajectories.chains, seed }));
    }
    for (const chain of row.chains) {
      findings.push(...idFindings(chain));
      if (chain.verdict === null) continue;
      judged += 1;
      findings.push(...verdictFindings(chain, trajectories.chains));
    }
  }
  return { graphs, judged, findings };
}

function graphFindings(
  { id, server, chains }: GraphRow,
  graph: NonNullable<GraphRow['graph']>,
  { settings, seed }: { settings: Settings; seed: number },
): Finding[] {
  const { value } = graph;
  const built = buildGraph(server.tools, { accepted: value.proposals, refused: value.graph.refused });
  const same = canonicalJson(built as Json) === canonicalJson(value.graph as Json); // texts and numbers
  const known = new Set(chains.map(({ chain }) => chain.tools.join('\n')));
  const lost = sampleChains(value.graph, settings, `${seed}/${id}`).chains.filter(
    ({ tools }) => !known.has(tools.join('\n')),
  );
  return [
    ...(same ? [] : [finding(graph.id, 'its proposals give another graph')]),
    ...lost.map(({ tools }) => finding(graph.id, `its walks give ${tools.join(' → ')}, which the run does not have`)),
    ...wrongId(graph.id, contentId('toolgraph', value as StoredGraph & { [key: string]: Json })), // as above
  ];
}

function idFindings({ id, chain }: JudgedChain): Finding[] {
  return wrongId(id, contentId('chain', { server: chain.server, tools: chain.tools }));
}

function verdictFindings({ id, chain, outcome, verdict }: JudgedChain, settings: Settings): Finding[] {
  if (verdict === null) return [];
  const asked = verdict.results.filter((result) => result.verdict !== 'not_asked').map(({ operator }) => operator);
  // What recordChain wrote: replies as they were validated.
  const judged = judgeChain(chain, verdict.replies as unknown as ChainReplies, { ...settings, asked });
  const key = outcomeKey(judged.outcome);
  return key === outcome ? [] : [finding(id, `its replies give ${key}, recorded ${outcome}`)];
}

function wrongId(id: string, recomputed: string): Finding[] {
  return id === recomputed ? [] : [finding(id, `its content gives ${recomputed}`)];
}

function finding(id: string, detail: string): Finding {
  return { part: 'chains', id, detail };
}
