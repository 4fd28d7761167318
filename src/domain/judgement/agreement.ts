/**
 * How far two judges agree (method §7.5; ours): Cohen's kappa over verdicts, with a bootstrap interval. Verdicts are
 * compared as categories: the same half points are agreement, everything else is not.
 */
import { type Rng, seededRng } from '../random.ts';
import { nearestRank } from '../statistics.ts';

/** Two verdicts on one thing; null where a judge gave none. */
export interface Pair {
  readonly first: number | null;
  readonly second: number | null;
}

export interface Agreement {
  /** Pairs in which both judges gave a verdict. */
  readonly pairs: number;
  /** Pairs in which one of them gave none. */
  readonly missing: number;
  /** Share of equal verdicts; null without pairs. */
  readonly agreed: number | null;
  /** In [-1, 1]; null without pairs, and when both judges always say the same one thing: then chance explains all. */
  readonly kappa: number | null;
  /** 95 % interval of kappa; null for fewer than 10 pairs, and when most of the resamples have no kappa. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

const resamples = 1_000;
/** Resampling a handful of pairs says how few they are, not how sure the number is. */
const fewestPairs = 10;

/** Agreement over all pairs; the same pairs and seed give the same interval. */
export function agreement(pairs: readonly Pair[], seed: string): Agreement {
  const both = pairs.flatMap(({ first, second }) =>
    first === null || second === null ? [] : [[first, second] as const],
  );
  const missing = pairs.length - both.length;
  if (both.length === 0) return { pairs: 0, missing, agreed: null, kappa: null, interval: null };
  const agreed = both.filter(([a, b]) => a === b).length / both.length;
  return { pairs: both.length, missing, agreed, kappa: kappaOf(both), interval: bootstrap(both, seededRng(seed)) };
}

type Both = readonly (readonly [number, number])[];

function kappaOf(pairs: Both): number | null {
  const total = pairs.length;
  const observed = pairs.filter(([a, b]) => a === b).length / total;
  const share = (side: 0 | 1, value: number): number => pairs.filter((pair) => pair[side] === value).length / total;
  const values = [...new Set(pairs.flat())];
  const expected = values.reduce((sum, value) => sum + share(0, value) * share(1, value), 0);
  return expected === 1 ? null : (observed - expected) / (1 - expected);
}

function bootstrap(pairs: Both, rng: Rng): Agreement['interval'] {
  if (pairs.length < fewestPairs) return null;
  const kappas = Array.from({ length: resamples }, () => kappaOf(resample(pairs, rng))).filter((one) => one !== null);
  const [low, high] = [nearestRank(kappas, 2.5), nearestRank(kappas, 97.5)];
  // A resample in which both judges say one thing has no kappa: an interval of few is no interval.
  return low === undefined || high === undefined || kappas.length < resamples / 2 ? null : { low, high };
}

function resample(pairs: Both, rng: Rng): Both {
  return pairs.flatMap(() => {
    const drawn = pairs[Math.floor(rng() * pairs.length)];
    return drawn === undefined ? [] : [drawn];
  });
}
