/**
 * When training is stopped before it spoils the policy (method §10.6; thresholds ours): no spread for some batches,
 * sampler and trainer that disagree, numbers that are none, an infrastructure that fails too often.
 */

export interface StopRule {
  /** Batches in a row whose rewards do not differ. */
  readonly zeroSpreadBatches: number;
  /** Mean of log p(sampler) - log p(trainer) over the sampled tokens; watched where the trainer tells it. */
  readonly maxKl: number;
  /** Share of rollouts that the environment lost. */
  readonly maxLostShare: number;
}

export interface StepFacts {
  readonly rewardStd: number;
  /** Null where the trainer does not tell. */
  readonly kl: number | null;
  readonly gradNorm: number | null;
  readonly rollouts: number;
  readonly lost: number;
}

/** Fewer rollouts say nothing about a rate. */
const fewestRollouts = 20;

/** Why training must stop after the last of these steps, or undefined. Steps are in order, the newest last. */
export function earlyStop(steps: readonly StepFacts[], rule: StopRule): string | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  if (last.gradNorm !== null && !Number.isFinite(last.gradNorm))
    return `the gradient norm is ${last.gradNorm}: nothing was learnt in that step`;
  if (last.kl !== null && !(Math.abs(last.kl) <= rule.maxKl))
    return `sampler and trainer disagree: KL ${last.kl.toFixed(4)}, at most ${rule.maxKl} is allowed`;
  const flat = steps.slice(-rule.zeroSpreadBatches);
  if (flat.length === rule.zeroSpreadBatches && flat.every(({ rewardStd }) => rewardStd === 0))
    return `the rewards of the last ${flat.length} batches do not differ`;
  if (last.rollouts < fewestRollouts || last.lost <= rule.maxLostShare * last.rollouts) return undefined;
  const share = Math.round((100 * last.lost) / last.rollouts);
  return `environments lost ${last.lost} of ${last.rollouts} rollouts (${share} %), at most ${100 * rule.maxLostShare} % are allowed`;
}
