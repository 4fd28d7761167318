/** Optional parameters that make a tool richer without changing what it answers. */

import type { JsonObject } from '../../../src/domain/json.ts';
import { pick, rngOf } from '../draws.ts';
import type { Frame } from '../questions/frame.ts';
import type { OutType } from '../questions/kind.ts';

export interface Option {
  readonly name: string;
  readonly schema: JsonObject;
}

const detail: Option = {
  name: 'detail_level',
  schema: {
    type: 'string',
    enum: ['brief', 'full'],
    default: 'brief',
    description: 'How much to tell: "full" adds notes.',
  },
};
const locale: Option = {
  name: 'locale',
  schema: { type: 'string', enum: ['en', 'zh'], default: 'en', description: 'Language of the notes in the result.' },
};
const metadata: Option = {
  name: 'include_metadata',
  schema: { type: 'boolean', default: false, description: 'Whether to say how the result was obtained.' },
};
const precision: Option = {
  name: 'precision',
  schema: { type: 'integer', minimum: 2, maximum: 8, default: 2, description: 'Decimals of the result.' },
};

/**
 * Options for a frame: never one whose default could be the answer itself
 * (no boolean beside a yes/no answer, no small number beside a small number).
 */
export function optionsFor(frame: Frame, seed: string): Option[] {
  if (frame.kind?.compact === true) return [];
  const rng = rngOf(`options/${seed}`);
  const out: OutType = frame.kind?.out ?? 'any';
  const first = out === 'amount' ? pick(rng, [precision, detail]) : detail;
  const second = out === 'boolean' || out === 'any' ? locale : pick(rng, [metadata, locale]);
  return [first, second];
}
