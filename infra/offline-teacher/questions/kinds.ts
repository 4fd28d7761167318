/** All kinds of sub-question the teacher can ask and answer. */
import { COMPACT_KINDS } from '../compact/kinds.ts';
import { CALCULATIONS } from './calculations.ts';
import type { Kind } from './kind.ts';
import { LIST_CALCULATIONS } from './list-calculations.ts';
import { LOOKUPS } from './lookups.ts';

export const KINDS: readonly Kind[] = [...CALCULATIONS, ...LIST_CALCULATIONS, ...LOOKUPS];

/** Kinds that a question may be read as. */
export const READABLE_KINDS: readonly Kind[] = [...KINDS, ...COMPACT_KINDS];

/** The kind with this id; throws for an unknown one. */
export function kindOf(id: string): Kind {
  const kind = KINDS.find((one) => one.id === id);
  if (kind === undefined) throw new RangeError(`no kind of sub-question is called ${id}`);
  return kind;
}
