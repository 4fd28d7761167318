/** Seeded choices: everything the teacher decides derives from a text, so equal requests get equal answers. */
import { createHash } from 'node:crypto';

/** Uniform in [0, 1). */
export type Rng = () => number;

/** Hexadecimal SHA-256. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A generator (sfc32) seeded by a text. */
export function rngOf(seed: string): Rng {
  const hash = createHash('sha256').update(seed).digest();
  let [a, b, c, d] = [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), hash.readInt32LE(12)];
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

/** One element; throws on an empty list. */
export function pick<T>(rng: Rng, items: readonly T[]): T {
  const item = items[Math.floor(rng() * items.length)];
  if (item === undefined) throw new RangeError('pick: the list is empty');
  return item;
}

/** An integer in [low, high], both ends in. */
export function between(rng: Rng, low: number, high: number): number {
  return low + Math.floor(rng() * (high - low + 1));
}

export function chance(rng: Rng, probability: number): boolean {
  return rng() < probability;
}
