/**
 * The few statistics that decisions and reports rest on (ours): nothing is defined on an empty list, so every one of
 * them says what it returns there instead of inventing a number.
 */

/** Arithmetic mean; undefined for an empty list. */
export function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Population standard deviation (divides by n); undefined for an empty list. */
export function populationDeviation(values: readonly number[]): number | undefined {
  const centre = mean(values);
  if (centre === undefined) return undefined;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
}

/**
 * Nearest-rank percentile: the smallest value with at least `percentile` per cent of the values at or below it.
 * `percentile` lies in 0..100 (0 gives the minimum); undefined for an empty list.
 */
export function nearestRank(values: readonly number[], percentile: number): number | undefined {
  if (!(percentile >= 0 && percentile <= 100)) {
    throw new RangeError(`nearestRank: the percentile must lie in 0..100, got ${percentile}`);
  }
  const sorted = [...values].sort((a, b) => a - b);
  // Multiplied before divided: 7 per cent of 100 is 7 and not 7.000000000000001, which would be rank 8.
  const rank = Math.max(1, Math.ceil((percentile * sorted.length) / 100));
  return sorted[rank - 1];
}

/** Median as the mean of the two middle values when there is an even number; undefined for an empty list. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return mean(sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1));
}

/**
 * Wilson score interval of a proportion at `z` standard deviations (1.96: 95 per cent), clipped to [0, 1].
 * The whole of [0, 1] when there was no trial: nothing is known.
 */
export function wilsonInterval(successes: number, trials: number, z = 1.96): { low: number; high: number } {
  if (!(successes >= 0 && successes <= trials)) {
    throw new RangeError(`wilsonInterval: successes must lie in 0..trials, got ${successes} of ${trials}`);
  }
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const spread = z ** 2 / trials;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / trials + spread / (4 * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** 95 per cent of a normal distribution, in standard deviations. */
const normal95 = 1.96;

/**
 * Mean of a sample with its 95 per cent interval: normal over the values, which are one per task (repeats of a task are
 * averaged before). Undefined for an empty list; a single value has the interval [value, value] and says nothing.
 */
export function meanInterval(values: readonly number[]): { mean: number; low: number; high: number } | undefined {
  const centre = mean(values);
  if (centre === undefined) return undefined;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const half = values.length < 2 ? 0 : normal95 * Math.sqrt(squares / (values.length - 1) / values.length);
  return { mean: centre, low: centre - half, high: centre + half };
}
