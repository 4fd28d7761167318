/**
 * The graph of one server (method §3.2): the weight of an edge is the number of proposed chains, over all samples, in
 * which one tool directly follows the other. Each edge keeps the chains that made it.
 */
import type { PoolTool } from '../tool-pool/schema.ts';
import { findCycles } from './cycles.ts';
import { evidenceBetween, inputParameters, outputFields } from './evidence.ts';
import type { Proposals } from './proposals.ts';
import type { Edge, Proposal, ToolGraph } from './schema.ts';

interface OpenEdge extends Pick<Edge, 'from' | 'to' | 'proposals' | 'unsure'> {}

/** Builds the graph; edges stand in the order of the tools, so that equal proposals give equal bytes. */
export function buildGraph(tools: readonly PoolTool[], proposals: Proposals): ToolGraph {
  const open = new Map<string, OpenEdge>();
  for (const proposal of proposals.accepted) addChain(open, proposal);
  const names = tools.map(({ name }) => name);
  const place = new Map(names.map((name, index) => [name, index]));
  const byPlace = (a: OpenEdge, b: OpenEdge): number =>
    (place.get(a.from) ?? 0) - (place.get(b.from) ?? 0) || (place.get(a.to) ?? 0) - (place.get(b.to) ?? 0);
  const fields = new Map(tools.map((tool) => [tool.name, outputFields(tool)]));
  const inputs = new Map(tools.map((tool) => [tool.name, inputParameters(tool)]));
  const edges = [...open.values()].sort(byPlace).map((edge) => ({
    ...edge,
    weight: edge.proposals.length,
    evidence: evidenceBetween(fields.get(edge.from) ?? [], inputs.get(edge.to) ?? { parameters: [] }),
  }));
  const sure = edges.filter(({ weight }) => weight > 0);
  return { tools: names, edges, cycles: findCycles(names, sure), refused: proposals.refused };
}

/** A chain counts once for an edge, however often it walks it. */
function addChain(open: Map<string, OpenEdge>, { origin, tools, sure }: Proposal): void {
  const walked = new Set<string>();
  for (const [index, from] of tools.slice(0, -1).entries()) {
    const to = tools[index + 1] ?? from;
    const key = `${from}\u0000${to}`;
    if (walked.has(key)) continue;
    walked.add(key);
    const edge = open.get(key) ?? { from, to, proposals: [], unsure: [] };
    open.set(key, edge);
    (sure ? edge.proposals : edge.unsure).push(origin);
  }
}

/** Proposals of several replies as one. */
export function joinProposals(parts: readonly Proposals[]): Proposals {
  return { accepted: parts.flatMap(({ accepted }) => accepted), refused: parts.flatMap(({ refused }) => refused) };
}
