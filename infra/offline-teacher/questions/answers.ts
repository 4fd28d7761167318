/** The answer a frame's own arithmetic gives, and whether a given answer is that one. */
import type { Json } from '../../../src/domain/json.ts';
import type { Frame } from './frame.ts';
import type { Arguments } from './kind.ts';
import { numberIn } from './slot-types.ts';

/** Arguments by slot name; undefined when one of them is not known. */
export function frameArguments(frame: Frame): Arguments | undefined {
  const args: { [name: string]: Json } = {};
  for (const slot of frame.slots) {
    if (slot.value === undefined) return undefined;
    args[slot.name] = slot.value;
  }
  return args;
}

/** What the kind computes from these arguments; undefined for look-ups and senseless arguments. */
export function computedAnswer(frame: Frame): string | number | undefined {
  const args = frameArguments(frame);
  return args === undefined ? undefined : frame.kind?.compute?.answer(args);
}

/** True when two printed answers are the same number (to two decimals) or the same text. */
export function sameAnswer(a: string, b: string): boolean {
  if (a.trim().toLowerCase() === b.trim().toLowerCase()) return true;
  if (/^\d{4}-\d{2}-\d{2}$/.test(a) || /^\d{4}-\d{2}-\d{2}$/.test(b)) return false;
  const [x, y] = [numberIn(a), numberIn(b)];
  return Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) < 0.005 && letters(a) === letters(b);
}

const letters = (text: string): string => text.replace(/[^\p{L}%]/gu, '').toLowerCase();
