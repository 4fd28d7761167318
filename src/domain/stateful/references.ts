/**
 * References of a gold plan (ours): "$2.booking_id" stands for the field of the result of the second call. Ids that a
 * module gives out cannot be known to a plan that is written without it.
 */
import { asObject } from '../environment/schema-walk.ts';
import type { Json, JsonObject } from '../json.ts';

const form = /^\$(\d+)((?:\.[A-Za-z0-9_]+)+)$/;

/** The call (from 1) and the fields that a text refers to; undefined for any other value. */
export function referenceOf(value: Json): { readonly call: number; readonly fields: readonly string[] } | undefined {
  const match = typeof value === 'string' ? form.exec(value) : null;
  return match === null ? undefined : { call: Number(match[1]), fields: (match[2] ?? '').slice(1).split('.') };
}

/** All references inside a value. */
export function referencesIn(value: Json): { readonly call: number; readonly fields: readonly string[] }[] {
  const own = referenceOf(value);
  if (own !== undefined) return [own];
  if (value === null || typeof value !== 'object') return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(referencesIn);
}

export type Resolved<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly missing: string };

/** The value with every reference replaced by what the results hold; says which reference leads nowhere. */
export function resolveReferences(value: Json, results: readonly Json[]): Resolved<Json> {
  const reference = referenceOf(value);
  if (reference !== undefined) {
    const found = reference.fields.reduce<Json | undefined>(step, results[reference.call - 1]);
    return found === undefined ? { ok: false, missing: String(value) } : { ok: true, value: found };
  }
  if (value === null || typeof value !== 'object') return { ok: true, value };
  if (Array.isArray(value)) return collected(value.map((item: Json) => resolveReferences(item, results)));
  const entries = Object.entries(value);
  const items = collected(entries.map(([, item]) => resolveReferences(item, results)));
  if (!items.ok) return items;
  return { ok: true, value: Object.fromEntries(entries.map(([key], at) => [key, items.value[at] ?? null])) };
}

/** The arguments of a call with every reference replaced. */
export function resolveArguments(args: JsonObject, results: readonly Json[]): Resolved<JsonObject> {
  const resolved = resolveReferences(args, results);
  // An object resolves to an object.
  return resolved.ok ? { ok: true, value: resolved.value as JsonObject } : resolved;
}

function step(value: Json | undefined, field: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(field)];
  const fields = asObject(value);
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

function collected(items: readonly Resolved<Json>[]): Resolved<Json[]> {
  const values: Json[] = [];
  for (const item of items) {
    if (!item.ok) return item;
    values.push(item.value);
  }
  return { ok: true, value: values };
}
