/** What a set of graphs holds (method §3.2): the original's counts and length histogram, and the coverage of the edges. */
import type { WalkReport } from './sample-chains.ts';
import type { ToolGraph } from './schema.ts';

export interface GraphStatistics {
  readonly servers: number;
  readonly tools: number;
  /** Edges of weight 1 or more. */
  readonly edges: number;
  /** Edges that only chains of doubt propose. */
  readonly unsureEdges: number;
  /** Edges that the schemas support. */
  readonly withEvidence: number;
  readonly isolatedTools: number;
  readonly cycles: number;
  /** Proposed chains left out, by rule. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Counts over the graphs of a pool. */
export function graphStatistics(graphs: readonly ToolGraph[]): GraphStatistics {
  const counts = { tools: 0, edges: 0, unsureEdges: 0, withEvidence: 0, isolatedTools: 0, cycles: 0 };
  const refused: Record<string, number> = {};
  for (const graph of graphs) {
    const sure = graph.edges.filter(({ weight }) => weight > 0);
    const joined = new Set(sure.flatMap(({ from, to }) => [from, to]));
    counts.tools += graph.tools.length;
    counts.edges += sure.length;
    counts.unsureEdges += graph.edges.length - sure.length;
    counts.withEvidence += sure.filter(({ evidence }) => evidence.length > 0).length;
    counts.isolatedTools += graph.tools.filter((name) => !joined.has(name)).length;
    counts.cycles += graph.cycles.length;
    for (const { rule } of graph.refused) refused[rule] = (refused[rule] ?? 0) + 1;
  }
  return { servers: graphs.length, ...counts, refused };
}

/** Share of the edges that some chain walks; null without an edge. */
export function edgeCoverage(reports: readonly Pick<WalkReport, 'edges' | 'covered'>[]): number | null {
  const edges = reports.reduce((sum, report) => sum + report.edges, 0);
  return edges === 0 ? null : reports.reduce((sum, report) => sum + report.covered, 0) / edges;
}

/** Chains by number of tools. */
export function lengthHistogram(chains: readonly { readonly tools: readonly string[] }[]): Record<string, number> {
  const histogram: Record<string, number> = {};
  for (const { tools } of chains) histogram[tools.length] = (histogram[tools.length] ?? 0) + 1;
  return histogram;
}
