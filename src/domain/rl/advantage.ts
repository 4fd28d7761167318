/**
 * Advantages and normalisers (paper §3.3; method §10.3). The trainer only sums, so the average over tokens, groups or
 * the batch is divided into the advantages here; which of them is a setting, not another trainer.
 */
import { mean, populationDeviation } from '../statistics.ts';

/** "std": (R - mean) / (std + small). "none": R - mean, without the division. */
export type AdvantageScale = 'std' | 'none';

/** What keeps a small spread from becoming a large advantage. */
const small = 1e-6;

/** One advantage per reward of a group; all 0 when the rewards are equal. Throws RangeError for no reward or a non-number. */
export function advantagesOf(rewards: readonly number[], scale: AdvantageScale): number[] {
  const centre = mean(rewards);
  const spread = populationDeviation(rewards);
  if (centre === undefined || spread === undefined || !Number.isFinite(spread))
    throw new RangeError(`advantages need finite rewards of at least one rollout, got [${rewards.join(', ')}]`);
  const divisor = scale === 'std' ? spread + small : 1;
  return rewards.map((reward) => (reward - centre) / divisor);
}

/** group_tokens: the paper's, averaged over the groups. batch_tokens: over all tokens alike. A number: that constant. */
export type Normaliser = 'group_tokens' | 'batch_tokens' | { readonly constant: number };

/**
 * What the advantages of each group are divided by, so that the sum over the batch is the loss. `tokens` counts the
 * sampled tokens of each group. Throws RangeError for a group without any.
 */
export function divisorsOf(tokens: readonly number[], normaliser: Normaliser): number[] {
  const empty = tokens.findIndex((count) => !(count > 0));
  if (empty >= 0)
    throw new RangeError(`group ${empty} of the batch has no sampled token: nothing of it can be trained`);
  if (typeof normaliser === 'object') return tokens.map(() => normaliser.constant);
  const all = tokens.reduce((sum, count) => sum + count, 0);
  return tokens.map((count) => (normaliser === 'batch_tokens' ? all : count * tokens.length));
}
