/**
 * Names of the compact profile: VexCorp, BelBurg. Two worlds share the syllables and no name: what a policy is trained on
 * and what it is examined on.
 */
import { digest, pick, rngOf } from '../draws.ts';
import { sortedJson } from '../json-text.ts';
import type { Arguments, Kind } from '../questions/kind.ts';
import type { SlotType } from '../questions/slot-types.ts';

const FIRST = 'Bel Dor Fen Gra Hol Jun Kar Lin Mor Nel Os Pra Qui Ros Sal Tam'.split(' ');
const LAST: Partial<Record<SlotType, readonly string[]>> = {
  place: 'Burg Ford Ton Port Dale Mouth Stead Wick'.split(' '),
  person: 'As Eth Ina Ko Ley Mir Ron Us'.split(' '),
  item: 'Lamp Mug Fan Desk Pen Rug Bag Clock'.split(' '),
  organisation: 'Corp Soft Tech Works Labs Gen Net Max'.split(' '),
};

export type World = 'main' | 'other';

/** One name in five belongs to the other world. */
export function worldOf(name: string): World {
  return Number.parseInt(digest(`compact/${name}`).slice(0, 8), 16) % 5 === 0 ? 'other' : 'main';
}

/** The world of a domain: the same words always mean the same one. */
export function worldOfDomain(domain: string): World {
  return /\bother\b/i.test(domain) ? 'other' : 'main';
}

/** All names of a type in a world; empty for a type without names. */
export function namesOf(type: SlotType, world: World): readonly string[] {
  return (LAST[type] ?? [])
    .flatMap((last) => FIRST.map((first) => `${first}${last}`))
    .filter((name) => worldOf(name) === world);
}

/** What a look-up of a compact kind finds: a name of the subject's own world, or a number from 10 to 99. */
export function compactFact(kind: Kind, args: Arguments): string | number {
  const rng = rngOf(`world/${kind.id}/${sortedJson(args)}`);
  if (kind.out === 'count') return 10 + Math.floor(rng() * 90);
  const [subject] = Object.values(args);
  // Compact look-ups yield numbers or names, and names are of a slot's type.
  return pick(rng, namesOf(kind.out as SlotType, worldOf(String(subject))));
}
