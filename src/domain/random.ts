/**
 * Seeded randomness (ours): every draw derives from (run seed, purpose), never from a global stream,
 * so that two runs with the same seed draw the same whatever order their items finish in.
 */
import { hashText } from './ids.ts';

/** Uniform in [0, 1). */
export type Rng = () => number;

/** A generator seeded by the SHA-256 of the text: equal texts give equal streams. */
export function seededRng(seed: string): Rng {
  const hash = hashText(seed);
  const word = (index: number): number => Number.parseInt(hash.slice(index * 8, index * 8 + 8), 16) | 0;
  return sfc32(word(0), word(1), word(2), word(3));
}

/** The generator itself, from four 32-bit integers. */
export function sfc32(...words: readonly [number, number, number, number]): Rng {
  let [a, b, c, d] = words;
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
}

/** A 31-bit non-negative integer for request seeds. */
export function seededInt(seed: string): number {
  return Number.parseInt(hashText(seed).slice(0, 8), 16) & 0x7fffffff;
}

/** One element, uniformly; throws on an empty list. */
export function pick<T>(rng: Rng, items: readonly T[]): T {
  const item = items[Math.floor(rng() * items.length)];
  if (item === undefined) throw new RangeError('pick: the list is empty');
  return item;
}

/** A new list in random order (Fisher-Yates). */
export function shuffle<T>(rng: Rng, items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
