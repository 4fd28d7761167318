/** Seeded choices: everything the teacher decides derives from a text, so equal requests get equal answers. */
import { createHash } from 'node:crypto';
import { type Rng, sfc32 } from '../../src/domain/random.ts';

export { pick, type Rng } from '../../src/domain/random.ts';

/** Hexadecimal SHA-256. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A generator seeded by a text; its streams are not those of a run. */
export function rngOf(seed: string): Rng {
  const hash = createHash('sha256').update(seed).digest();
  return sfc32(hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), hash.readInt32LE(12));
}

/** An integer in [low, high], both ends in. */
export function between(rng: Rng, low: number, high: number): number {
  return low + Math.floor(rng() * (high - low + 1));
}

export function chance(rng: Rng, probability: number): boolean {
  return rng() < probability;
}
