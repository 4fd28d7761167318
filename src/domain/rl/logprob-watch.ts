/**
 * Whether a step trained on what its policy sampled (method §10.6; the limit is ours): the trainer computes the
 * log-probability of every sampled token again, and under the same weights the two differ by rounding alone. More means
 * that other weights sampled, or that the tokens are not those that were sampled. The step is told, not undone: the ratio
 * of its loss has corrected for the difference, and what stops a run is the mean of it.
 */
import type { Rl } from '../run/training/schema.ts';
import { mean } from '../statistics.ts';
import type { BatchRow } from './training-batch.ts';

/** Of one service in float32; seen are 2e-5 and less. */
const roundingLimit = 1e-4;

/** The limit of a run; null where sampler and trainer are two engines, or the run says so. */
export function logprobLimit({ backend, logprobLimit: limit }: Pick<Rl, 'backend' | 'logprobLimit'>): number | null {
  if (limit !== undefined) return limit;
  return backend.kind === 'local' ? roundingLimit : null;
}

/** What was sampled: one log-probability and one mask a token, by the policy of `version`. */
type SampledRow = Pick<BatchRow, 'version' | 'mask' | 'logprobs'>;

/**
 * The metrics of a trainer that answers log-probabilities and leaves the comparison to us; `recomputed` has one list a
 * row, for all tokens but the first. Empty without a sampled token. Throws RangeError when the two do not fit.
 */
export function comparedLogprobs(
  rows: readonly SampledRow[],
  recomputed: readonly (readonly number[])[],
  newest: number,
): { readonly [name: string]: number } {
  if (rows.length !== recomputed.length)
    throw new RangeError(`log-probabilities of ${recomputed.length} rows came back for ${rows.length}`);
  const differences = rows.flatMap(({ version, mask, logprobs }, at) => {
    const again = recomputed[at] ?? [];
    if (again.length !== mask.length - 1)
      throw new RangeError(`${again.length} log-probabilities came back for row ${at} of ${mask.length} tokens`);
    return again.flatMap((value, place) =>
      mask[place + 1] === 1 ? [{ isFresh: version === newest, by: (logprobs[place + 1] ?? Number.NaN) - value }] : [],
    );
  });
  const kl = mean(differences.map(({ by }) => by));
  if (kl === undefined) return {};
  const fresh = differences.filter(({ isFresh }) => isFresh);
  const largest = fresh.reduce((most, { by }) => Math.max(most, Math.abs(by)), 0);
  return { kl, logprob_diff_max: largest, tokens_fresh: fresh.length, tokens_trained: differences.length };
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
