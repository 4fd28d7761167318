/**
 * Which steps of a chain may change places (method §3.2, §3.3; ours): two chains that differ only in the order of steps
 * without a dependency are one chain, and a plan that keeps every dependency is as good as the chain it came from.
 */

/** Positions in a chain: the first must come before the second. */
export type Pair = readonly [number, number];

/** The legal order that is first in the alphabet: equal for chains that are permutations of each other. */
export function canonicalOrder(tools: readonly string[], order: readonly Pair[]): string[] {
  const left = new Set(tools.keys());
  const result: string[] = [];
  while (left.size > 0) {
    const free = [...left].filter((at) => !order.some(([before, after]) => after === at && left.has(before)));
    // A pair always goes forward, so some step is free.
    const next = free.reduce((best, at) => ((tools[at] ?? '') < (tools[best] ?? '') ? at : best), free[0] ?? 0);
    left.delete(next);
    result.push(tools[next] ?? '');
  }
  return result;
}

/** Why the other sequence is not the chain's work in a legal order; undefined when it is. */
export function orderProblem(
  tools: readonly string[],
  order: readonly Pair[],
  other: readonly string[],
): string | undefined {
  const left = [...other.keys()];
  const places: number[] = [];
  for (const name of tools) {
    const at = left.find((place) => other[place] === name);
    if (at === undefined) return `"${name}" is missing`;
    left.splice(left.indexOf(at), 1);
    places.push(at);
  }
  const [added] = left;
  if (added !== undefined) return `"${other[added]}" is added`;
  const broken = order.find(([before, after]) => (places[before] ?? 0) > (places[after] ?? 0));
  return broken === undefined ? undefined : `"${tools[broken[1]]}" comes before "${tools[broken[0]]}", which it needs`;
}
