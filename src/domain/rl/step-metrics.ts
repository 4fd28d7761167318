/** What the groups of a batch say of the policy that played them (ours; method §10): means over their rollouts. */
import { mean, populationDeviation } from '../statistics.ts';
import type { Rollout, RolloutGroup } from './schema.ts';
import { sampledTokens } from './token-trajectory.ts';

export interface StepNumbers {
  readonly rewardMean: number;
  readonly rewardStd: number;
  /** Null where the trainer does not tell. */
  readonly kl: number | null;
  readonly gradNorm: number | null;
}

/** What early stops are decided by. Throws RangeError without the numbers of the groups, which every step has. */
export function stepNumbers(metrics: { readonly [name: string]: number }): StepNumbers {
  const { reward_mean: rewardMean, reward_std: rewardStd, kl = null, grad_norm: gradNorm = null } = metrics;
  if (rewardMean === undefined || rewardStd === undefined)
    throw new RangeError(`a step without a reward; it has ${Object.keys(metrics).join(', ') || 'no numbers'}`);
  return { rewardMean, rewardStd, kl, gradNorm };
}

/** Numbers by name; all over the rollouts that are left. */
export function groupMetrics(groups: readonly RolloutGroup[]): { readonly [name: string]: number } {
  const rollouts = groups.flatMap((group) => group.rollouts);
  const over = (value: (rollout: Rollout) => number): number => mean(rollouts.map(value)) ?? 0;
  const share = (fits: (rollout: Rollout) => boolean): number => over((one) => (fits(one) ? 1 : 0));
  return {
    reward_mean: over(({ reward }) => reward),
    reward_std: populationDeviation(rollouts.map(({ reward }) => reward)) ?? 0,
    f1: over(({ score }) => score.f1),
    recall: over(({ score }) => score.recall),
    precision: over(({ score }) => score.precision),
    calls: over(({ score }) => score.calls),
    turns: over(({ turns }) => turns.length),
    sampled_tokens: over(sampledTokens),
    format_errors: over(({ formatErrors }) => formatErrors),
    tool_errors: over(({ toolErrors }) => toolErrors),
    answer_ok: share(({ finalAnswerOk }) => finalAnswerOk),
    ended_by_answer: share(({ stop }) => stop === 'answer'),
    truncated: share(({ stop }) => stop === 'truncated' || stop === 'tokens' || stop === 'context'),
  };
}
