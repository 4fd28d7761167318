/** What `astra graph` prints: the pool and its graphs in numbers, the edges with what speaks for them, the chains. */

import type { WalkReport } from '../../domain/graph/sample-chains.ts';
import { edgeCoverage, graphStatistics, lengthHistogram } from '../../domain/graph/statistics.ts';
import { type PoolStatistics, poolStatistics } from '../../domain/tool-pool/pool.ts';
import type { GraphEntry, GraphSet, ShownChain } from './graph-entry.ts';

export interface GraphReport {
  readonly servers: number;
  readonly tools: number;
  readonly edges: number;
  /** Share of the edges that a chain walks; null without edges. */
  readonly coverage: number | null;
  readonly chains: readonly ShownChain[];
  readonly lengths: Readonly<Record<string, number>>;
  readonly graph: ReturnType<typeof graphStatistics>;
  readonly pool: PoolStatistics;
  readonly left: GraphSet['left'];
}

/** The report of some graphs with these chains. */
export function graphReport({ entries, left }: GraphSet, chains: readonly ShownChain[]): GraphReport {
  const graph = graphStatistics(entries.map((entry) => entry.graph));
  const walked = entries.map((entry) => coverageOf(entry, chains));
  return {
    servers: entries.length,
    tools: graph.tools,
    edges: graph.edges,
    coverage: edgeCoverage(walked),
    chains,
    lengths: lengthHistogram(chains),
    graph,
    pool: poolStatistics(entries.map(({ server }) => server)),
    left,
  };
}

function coverageOf(
  { graph, server }: GraphEntry,
  chains: readonly ShownChain[],
): Pick<WalkReport, 'edges' | 'covered'> {
  const own = chains.filter((chain) => chain.server === server.name);
  const walked = new Set(own.flatMap(({ tools }) => tools.slice(1).map((to, at) => `${tools[at]}\n${to}`)));
  const edges = graph.edges.filter(({ weight }) => weight > 0);
  return { edges: edges.length, covered: edges.filter(({ from, to }) => walked.has(`${from}\n${to}`)).length };
}

/** The report for the screen, chains and servers left out shortened. */
export function reportText(report: GraphReport): string {
  const { graph, pool, chains, left, coverage, lengths } = report;
  const names = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const lines = [
    `${report.servers} servers, ${report.tools} tools (${pool.withOutputSchema} with a schema of their results), ${pool.sharedNames} names shared by servers`,
    `domains   ${names(pool.domains)}`,
    ...(Object.keys(pool.dropped).length > 0 ? [`dropped   ${names(pool.dropped)}`] : []),
    `graph     ${graph.edges} edges (${graph.withEvidence} supported by schemas, ${graph.unsureEdges} more of doubt), ${graph.isolatedTools} tools alone, ${graph.cycles} cycles`,
    ...(Object.keys(graph.refused).length > 0 ? [`refused   ${names(graph.refused)}`] : []),
    `chains    ${chains.length}${chains.length > 0 ? `, by length: ${names(lengths)}` : ''}; ${coverage === null ? 'no edge to walk' : `${(100 * coverage).toFixed(1)} % of the edges walked`}`,
    ...chains.slice(0, 40).map(chainText),
    ...(chains.length > 40 ? [`  … and ${chains.length - 40} more: --json has all`] : []),
    ...left.map(({ name, outcome, detail }) => `left out  ${name}: ${outcome}${detail === '' ? '' : `: ${detail}`}`),
  ];
  return lines.join('\n');
}

function chainText({ server, tools, outcome, detail }: ShownChain): string {
  const verdict = outcome === null ? '' : `  [${outcome}${detail === '' ? '' : `: ${detail.slice(0, 100)}`}]`;
  return `  ${server}: ${tools.join(' → ')}${verdict}`;
}

/** Every edge of every graph with the chains and fields that speak for it. */
export function edgeLines({ entries }: GraphSet): string[] {
  return entries.flatMap(({ server, graph }) =>
    graph.edges.map(({ from, to, weight, proposals, unsure, evidence }) => {
      const from_ = proposals.map(({ sample, slice, chain }) =>
        sample < 0 ? `file ${chain}` : `${sample}.${slice}.${chain}`,
      );
      const fits = evidence.map(({ field, parameter }) => `${field} → ${parameter}`);
      const doubt = unsure.length > 0 ? `, ${unsure.length} unsure` : '';
      return `  ${server.name}: ${from} → ${to}  weight ${weight} (${from_.join(' ')}${doubt})${fits.length > 0 ? `  ${fits.join(', ')}` : ''}`;
    }),
  );
}
