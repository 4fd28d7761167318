/**
 * Which tool of a cluster is the base of a merge, and in which order the others are inserted (method §8.5, paper §3.2:
 * a random base, the others one at a time). Seeded, so that a run repeats it.
 */
import { seededRng, shuffle } from '../random.ts';

/** The members in merge order, the base first; equal seeds and members give equal orders. */
export function mergeOrder<Member>(seed: string, members: readonly Member[]): Member[] {
  return shuffle(seededRng(`merge/${seed}`), members);
}
