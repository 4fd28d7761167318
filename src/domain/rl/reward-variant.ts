/**
 * Which part of a trajectory's score is rewarded (paper §3.3 and its ablation; method §10.2). Anything that is no number
 * in [0, 1] is refused: it must never reach a gradient.
 */
import type { Score } from './schema.ts';

export const rewardVariants = ['f1', 'recall', 'precision'] as const;
export type RewardVariant = (typeof rewardVariants)[number];

/** The reward of a score, in [0, 1]; throws RangeError for NaN and for anything outside. */
export function rewardOf(score: Pick<Score, RewardVariant>, variant: RewardVariant): number {
  const value = score[variant];
  if (value >= 0 && value <= 1) return value;
  throw new RangeError(`the reward "${variant}" must lie in 0..1, got ${value}: the trajectory cannot be trained on`);
}
