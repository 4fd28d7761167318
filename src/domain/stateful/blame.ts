/**
 * Who writes again after a refusal (ours). Plan and module are two derivations of one design: where they only disagree,
 * no rule knows which of them is wrong.
 */
import type { StatefulPart } from './finding.ts';
import type { StatefulBlame } from './schema.ts';

/**
 * The parts to write again: those that a rule blames. Where plan and implementation only disagree, the implementation is
 * written anew first, and the plan when the next one disagrees as well, in turns. `disagreements` counts this one.
 */
export function partsToRewrite(blames: readonly StatefulBlame[], disagreements: number): StatefulPart[] {
  const known = blames.filter((blame) => blame !== 'disagreement');
  if (known.length > 0) return [...new Set(known)];
  return blames.length === 0 ? [] : [disagreements % 2 === 1 ? 'implementation' : 'plan'];
}
