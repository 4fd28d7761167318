/** Rows of a compact look-up beside the one asked for: facts of the same world, so that other questions have answers too. */
import { pick, rngOf } from '../draws.ts';
import type { Kind } from '../questions/kind.ts';
import type { TableRow } from '../tools/table-rows.ts';
import { compactFact, namesOf, worldOf } from './names.ts';

const rowsBeside = 7;

/** Up to seven rows; none has the subject or the answer of a case. Empty for a kind that computes. */
export function compactRows(kind: Kind, cases: readonly TableRow[], seed: string): TableRow[] {
  const [slot, type] = Object.entries(kind.slots)[0] ?? [];
  const [first] = cases;
  if (slot === undefined || type === undefined || first === undefined || kind.compute !== undefined) return [];
  const rng = rngOf(`compact-rows/${seed}`);
  const names = namesOf(type, worldOf(String(first.args[slot])));
  const drawn = new Set(Array.from({ length: rowsBeside }, () => pick(rng, names)));
  return [...drawn]
    .map(
      (name): TableRow => ({ args: { [slot]: name }, result: compactFact(kind, { [slot]: name }), unit: first.unit }),
    )
    .filter((row) =>
      cases.every((one) => one.args[slot] !== row.args[slot] && String(one.result) !== String(row.result)),
    );
}
