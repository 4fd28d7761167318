/**
 * Do intent clusters form a partition of the nodes that were shown (method §8.5)? The original checks neither coverage
 * nor disjointness, so a node could be merged twice or lost.
 */

/** Unknown, repeated and missing ids, in readable sentences; empty for a partition. */
export function clusterProblems(
  clusters: readonly { readonly ids: readonly number[] }[],
  nodes: readonly number[],
): string[] {
  const listed = clusters.flatMap((cluster) => cluster.ids);
  const unknown = listed.filter((id) => !nodes.includes(id));
  const repeated = listed.filter((id, at) => listed.indexOf(id) !== at);
  const missing = nodes.filter((id) => !listed.includes(id));
  return [
    ...(unknown.length === 0 ? [] : [`unknown ids: ${unknown.join(', ')}`]),
    ...(repeated.length === 0 ? [] : [`ids in more than one place: ${repeated.join(', ')}`]),
    ...(missing.length === 0 ? [] : [`ids in no cluster: ${missing.join(', ')}`]),
  ];
}
