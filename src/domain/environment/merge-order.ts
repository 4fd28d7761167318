/**
 * In which order the tools of a cluster are merged (paper §3.2; method §8.5): a random base, the others inserted one at a
 * time. The original's code always takes the first member; here the order is drawn from a seed, so that a replay of the
 * workflow draws it again.
 */
import { seededRng, shuffle } from '../random.ts';

/** The members in merge order, the base first; the same seed and members always give the same order. */
export function mergeOrder<T>(seed: string, members: readonly T[]): T[] {
  return shuffle(seededRng(`merge/${seed}`), members);
}
