/**
 * The graph of sub-questions (method §8.1): what rests on what, and so how deep it is and what can run side by side.
 * The original believed the model's own numbers; here they are computed.
 */
import type { Scenario } from './schema.ts';

/** A node with the nodes it rests on; ids are unique and every dependency is an id of the list. */
export interface GraphNode {
  readonly id: number;
  readonly dependencies: readonly number[];
}

/**
 * Nodes in layers: layer k holds the nodes whose longest dependency path has k + 1 nodes, each in listed order.
 * Undefined when the graph has a cycle.
 */
export function layersOf(nodes: readonly GraphNode[]): number[][] | undefined {
  const placed = new Set<number>();
  const layers: number[][] = [];
  while (placed.size < nodes.length) {
    const layer = nodes.filter((node) => !placed.has(node.id) && node.dependencies.every((id) => placed.has(id)));
    if (layer.length === 0) return undefined;
    for (const node of layer) placed.add(node.id);
    layers.push(layer.map((node) => node.id));
  }
  return layers;
}

/** Hop level of every node: nodes on the longest dependency path that ends in it, so 1 without dependencies. */
export function hopLevels(layers: readonly (readonly number[])[]): Map<number, number> {
  return new Map(layers.flatMap((layer, index) => layer.map((id) => [id, index + 1] as const)));
}

/** Shape of the question: parallel when some layer holds more than one node, multi-hop when there is more than one layer. */
export function scenarioOf(layers: readonly (readonly number[])[]): Scenario {
  const isParallel = layers.some((layer) => layer.length > 1);
  if (layers.length > 1) return isParallel ? 'Parallel Multi-Hop' : 'Multi-Hop';
  return isParallel ? 'Parallel Single-Hop' : 'Single-Hop';
}

/** Everything a node rests on, directly or not, ascending. */
export function ancestorsOf(nodes: readonly GraphNode[], id: number): number[] {
  const byId = new Map(nodes.map((node) => [node.id, node.dependencies]));
  return reach(id, (from) => byId.get(from) ?? []);
}

/** Everything that rests on a node, directly or not, ascending. */
export function dependantsOf(nodes: readonly GraphNode[], id: number): number[] {
  return reach(id, (from) => nodes.filter((node) => node.dependencies.includes(from)).map((node) => node.id));
}

/** Nodes that nothing rests on, in listed order. */
export function finalNodes(nodes: readonly GraphNode[]): number[] {
  const used = new Set(nodes.flatMap((node) => node.dependencies));
  return nodes.filter((node) => !used.has(node.id)).map((node) => node.id);
}

function reach(start: number, next: (id: number) => readonly number[]): number[] {
  const found = new Set<number>();
  const pending = [...next(start)];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    pending.push(...next(id));
  }
  return [...found].sort((a, b) => a - b);
}
