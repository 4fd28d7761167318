/**
 * What a decomposition claimed and code computed otherwise (method §8.1): recorded with the instance, never believed.
 */
import type { Json } from '../json.ts';
import { normaliseText } from '../text/tokens.ts';
import type { ClaimedDecomposition, ClaimedNode } from './import.ts';
import type { Instance, InstanceNode } from './schema.ts';

/**
 * Differing claims by field: "scenario" as claimed, "hop_level" and "is_parallel" as claimed per node id, "answer" null
 * when the row named none. Empty when every claim was right.
 */
export function differingClaims(
  claimed: ClaimedDecomposition,
  nodes: readonly InstanceNode[],
  scenario: string,
): Instance['differingClaims'] {
  const claims: Instance['differingClaims'] = {};
  if (normaliseText(claimed.scenario ?? scenario) !== normaliseText(scenario))
    claims['scenario'] = claimed.scenario ?? '';
  const hopLevels = perNode(nodes, claimed.nodes, (claim, node) => differs(claim.hopLevel, node.hopLevel));
  if (hopLevels !== undefined) claims['hop_level'] = hopLevels;
  const parallel = perNode(nodes, claimed.nodes, (claim, node) => differs(claim.isParallel, node.isParallel));
  if (parallel !== undefined) claims['is_parallel'] = parallel;
  if (claimed.answer === undefined) claims['answer'] = null;
  return claims;
}

type Claims = Record<string, number | boolean>;

function perNode(
  nodes: readonly InstanceNode[],
  claimed: readonly ClaimedNode[],
  difference: (claim: ClaimedNode, node: InstanceNode) => number | boolean | undefined,
): Claims | undefined {
  const found: Claims = {};
  for (const [index, claim] of claimed.entries()) {
    const node = nodes[index];
    const claimedValue = node && difference(claim, node);
    if (node !== undefined && claimedValue !== undefined) found[node.id] = claimedValue;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function differs<T extends Json>(claimed: T | undefined, computed: T): T | undefined {
  return claimed === computed ? undefined : claimed;
}
