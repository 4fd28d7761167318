/**
 * Whether a step trained on what its policy sampled (method §10.6; the limit is ours): the trainer computes the
 * log-probability of every sampled token again, and under the same weights the two differ by rounding alone. More means
 * that other weights sampled, or that the tokens are not those that were sampled. The step is told, not undone: the ratio
 * of its loss has corrected for the difference, and what stops a run is the mean of it.
 */
import type { Rl } from '../run/training/schema.ts';

/** Of one service in float32; seen are 1e-5 and less. */
const roundingLimit = 1e-4;

/** The limit of a run; null where sampler and trainer are two engines, or the run says so. */
export function logprobLimit({ backend, logprobLimit: limit }: Pick<Rl, 'backend' | 'logprobLimit'>): number | null {
  if (limit !== undefined) return limit;
  return backend.kind === 'local' ? roundingLimit : null;
}

/** The metric that marks a step: 1 above the limit, 0 within it; none where nothing was measured or nothing is limited. */
export function logprobMark(
  metrics: { readonly [name: string]: number },
  limit: number | null,
): { readonly logprob_diff_over?: 0 | 1 } {
  const { logprob_diff_max: largest, tokens_fresh: fresh = 0 } = metrics;
  if (limit === null || largest === undefined || fresh === 0) return {};
  // Written so that a number that is none counts as too much.
  return { logprob_diff_over: largest <= limit ? 0 : 1 };
}
