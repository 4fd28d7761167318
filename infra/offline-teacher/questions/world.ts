/**
 * The invented world: what a look-up finds is a function of its kind and arguments, so that the same question has the
 * same answer in every request, and whoever reads the question can know it.
 */

import type { Json } from '../../../src/domain/json.ts';
import { compactFact } from '../compact/names.ts';
import { between, rngOf } from '../draws.ts';
import { sortedJson } from '../json-text.ts';
import { freshText } from '../language/names.ts';
import { computedAnswer, frameArguments } from './answers.ts';
import type { Frame } from './frame.ts';
import type { OutType } from './kind.ts';
import type { SlotType } from './slot-types.ts';
import { PARAMETERS } from './slot-types.ts';

/** The answer to the question; undefined when it is no kind of ours, rests on an answer not shown, or is senseless. */
export function worldAnswer(frame: Frame): Json | undefined {
  const args = frameArguments(frame);
  if (frame.kind === undefined || args === undefined) return undefined;
  if (frame.kind.compute !== undefined) return computedAnswer(frame);
  if (frame.kind.compact === true) return compactFact(frame.kind, args);
  return lookedUp(frame.kind.out, { seed: `world/${frame.kind.id}/${sortedJson(args)}`, language: frame.speech });
}

/** A value of the type, fixed by the seed. */
export function lookedUp(out: OutType, { seed, language }: { seed: string; language: string }): Json {
  const rng = rngOf(seed);
  const source = { rng, language, theme: [], given: [], givenNumbers: [], used: new Set<string>() };
  if (out === 'boolean') return rng() < 0.5;
  if (out === 'list') return Array.from({ length: between(rng, 2, 4) }, () => freshText(source, 'person'));
  const text = freshText(source, isSlotType(out) ? out : 'item');
  return out === 'count' ? Number(text) : text;
}

const isSlotType = (out: OutType): out is SlotType => out in PARAMETERS;
