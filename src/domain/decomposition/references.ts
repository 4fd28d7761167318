/**
 * What a node's dependencies point at (method §8.1, probes 20 and 21): files name ids or 1-based positions, as integers
 * or strings. The original read them once as ids and once as positions, and 0 as the last node. Here a row that can be
 * read both ways with different results is refused.
 */
import type { GraphNode } from './dag.ts';
import { layersOf } from './dag.ts';

export interface ReferringNode {
  readonly id: number | string;
  readonly dependencies: readonly (number | string)[];
}

export type ReferenceRule =
  | 'duplicate_id'
  | 'unknown_reference'
  | 'self_reference'
  | 'forward_reference'
  | 'cycle'
  | 'ambiguous_reference';

export type ResolvedReferences =
  | { readonly ok: true; readonly nodes: readonly GraphNode[]; readonly layers: readonly (readonly number[])[] }
  | { readonly ok: false; readonly rule: ReferenceRule; readonly detail: string };

/** Gives the nodes ids 1..n in listed order and points their dependencies at those; refuses everything unclear. */
export function resolveReferences(nodes: readonly ReferringNode[]): ResolvedReferences {
  const keys = nodes.map((node) => String(node.id).trim());
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) return refuse('duplicate_id', `the id ${show(twice)} is given to more than one node`);
  const byId = read(nodes, (reference) => keys.indexOf(reference) + 1);
  const byPosition = read(nodes, (reference) => positionOf(reference, nodes.length));
  if (!byId.ok) return byPosition.ok ? byPosition : byId;
  if (!byPosition.ok || sameEdges(byId.nodes, byPosition.nodes)) return byId;
  return refuse(
    'ambiguous_reference',
    `the dependencies can be read as ids and as positions and differ; number the nodes 1 to ${nodes.length} in listed order`,
  );
}

function read(nodes: readonly ReferringNode[], locate: (reference: string) => number): ResolvedReferences {
  const resolved: GraphNode[] = [];
  for (const [index, node] of nodes.entries()) {
    const targets = new Set<number>();
    for (const reference of node.dependencies) {
      const target = locate(String(reference).trim());
      if (target < 1)
        return refuse('unknown_reference', `node ${show(node.id)} depends on ${show(reference)}, which is no node`);
      if (target === index + 1) return refuse('self_reference', `node ${show(node.id)} depends on itself`);
      targets.add(target);
    }
    resolved.push({ id: index + 1, dependencies: [...targets].sort((a, b) => a - b) });
  }
  return checkOrder(resolved, nodes);
}

function checkOrder(resolved: readonly GraphNode[], nodes: readonly ReferringNode[]): ResolvedReferences {
  const layers = layersOf(resolved);
  if (layers === undefined)
    return refuse('cycle', 'the dependencies form a cycle, so no sub-question can be answered first');
  const forward = resolved.find((node) => node.dependencies.some((id) => id > node.id));
  if (forward === undefined) return { ok: true, nodes: resolved, layers };
  const name = show(nodes[forward.id - 1]?.id ?? forward.id);
  return refuse('forward_reference', `node ${name} depends on a node that is listed after it; list dependencies first`);
}

function positionOf(reference: string, count: number): number {
  const position = /^\d{1,6}$/.test(reference) ? Number(reference) : 0;
  return position <= count ? position : 0;
}

function sameEdges(a: readonly GraphNode[], b: readonly GraphNode[]): boolean {
  return a.every((node, index) => node.dependencies.join() === b[index]?.dependencies.join());
}

function show(id: number | string): string {
  return JSON.stringify(id).slice(0, 60);
}

function refuse(rule: ReferenceRule, detail: string): ResolvedReferences {
  return { ok: false, rule, detail };
}
