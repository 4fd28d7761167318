/** Verdicts on decompositions from anywhere, without a model: the structural rules, and duplicates within the file. */
import { duplicateKey, normaliseDecomposition } from '../../domain/decomposition/normalise.ts';
import type { Instance, SourceQuestion } from '../../domain/decomposition/schema.ts';
import type { Json } from '../../domain/json.ts';

export interface DecompositionVerdict {
  /** The row's own id, else its position from 1. */
  readonly id: string;
  readonly accepted: boolean;
  readonly rule?: string;
  readonly detail?: string;
  /** What code computed from the references; null when they make no graph. */
  readonly computed: { readonly hops: number; readonly scenario: string; readonly parallel: readonly number[] } | null;
}

export interface HopBounds {
  readonly min: number;
  readonly max: number;
}

/** One verdict per row, in file order; of equal rows the first is accepted. */
export function verifyDecompositions(rows: readonly Json[], hops: HopBounds): readonly DecompositionVerdict[] {
  const firstOf = new Map<string, string>();
  return rows.map((row, index) => verdictOf(row, { id: rowId(row, index), hops, firstOf }));
}

/** The id a row gives itself under one of the usual names, else its position from 1. */
export function rowId(row: Json, index: number): string {
  const named = typeof row === 'object' && row !== null && !Array.isArray(row) ? row : {};
  const id = Reflect.get(named, 'id') ?? Reflect.get(named, 'uuid');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : String(index + 1);
}

interface Place {
  readonly id: string;
  readonly hops: HopBounds;
  readonly firstOf: Map<string, string>;
}

function verdictOf(row: Json, { id, hops, firstOf }: Place): DecompositionVerdict {
  const result = normaliseDecomposition(row, sourceOf(hops));
  if (result.status === 'rejected')
    return { id, accepted: false, rule: result.rule, detail: result.detail, computed: null };
  const computed = computedOf(result.instance);
  const key = duplicateKey(result.instance);
  const first = firstOf.get(key);
  if (first !== undefined)
    return { id, accepted: false, rule: 'duplicate', detail: `says the same as ${first}`, computed };
  firstOf.set(key, id);
  return { id, accepted: true, computed };
}

function computedOf({ hops, scenario, nodes }: Instance): NonNullable<DecompositionVerdict['computed']> {
  return { hops, scenario, parallel: nodes.filter(({ isParallel }) => isParallel).map(({ id }) => id) };
}

/** Files carry no request: any domain, the row's own language, the bounds of the command line. */
function sourceOf(hops: HopBounds): SourceQuestion {
  return { mode: 'decomposition', domain: 'imported', language: 'en', hops, repeat: 0, provenance: {} };
}
