/** Two judges over the same conversations (method §7.5): how far they agree, on each dimension and on all together. */
import type { Verdict } from '../decomposition/scores.ts';
import { type Agreement, agreement, type Pair } from './agreement.ts';
import { type DimensionName, dimensionNames, type TrajectoryScore } from './dimensions.ts';

export type AgreementByDimension = Readonly<Record<DimensionName | 'all', Agreement>>;

/** Pairs are the verdicts on one dimension of one conversation; a dimension that does not apply makes no pair. */
export function agreementOf(
  conversations: readonly { readonly first: TrajectoryScore; readonly second: TrajectoryScore }[],
  seed: string,
): AgreementByDimension {
  const pairsOf = (name: DimensionName): Pair[] =>
    conversations.flatMap(({ first, second }) => {
      const [one, other] = [first.dimensions[name], second.dimensions[name]];
      return one.kind === 'na' || other.kind === 'na' ? [] : [{ first: valueOf(one), second: valueOf(other) }];
    });
  const names: readonly (DimensionName | 'all')[] = [...dimensionNames, 'all'];
  const entries = names.map((name) => {
    const pairs = name === 'all' ? dimensionNames.flatMap(pairsOf) : pairsOf(name);
    return [name, agreement(pairs, `${seed}/${name}`)];
  });
  // One entry per name.
  return Object.fromEntries(entries) as AgreementByDimension;
}

function valueOf(verdict: Verdict): number | null {
  return verdict.kind === 'score' ? verdict.value : null;
}
