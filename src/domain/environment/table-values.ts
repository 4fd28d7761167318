/**
 * Other values a look-up tool knows (ours; rule 7 of §8.4): read from the data tables of its source, so that a different
 * valid input finds an entry. A value's siblings are the other keys of a dictionary it is a key of, and the same field of
 * the other records of a list.
 */
import type { Json, JsonObject } from '../json.ts';
import { tokenise } from '../text/tokens.ts';
import type { CodeFacts } from './inspection/schema.ts';
import { asObject } from './schema-walk.ts';

type Scalar = string | number | boolean | null;
type Fields = ReadonlyMap<string, Scalar>;

const mostValues = 400;

/** Siblings of a value in every table, then all keys and short texts of the tables; without the value itself. */
export function tableValues(facts: CodeFacts, value: Scalar): Scalar[] {
  const siblings = facts.tables.flatMap((table) => siblingsIn(table.data, value));
  const others = facts.tables.flatMap((table) => namesIn(table.data));
  const distinct = new Map([...siblings, ...others].map((item) => [`${typeof item}:${item}`, item]));
  return [...distinct.values()].filter((item) => !isSame(item, value)).slice(0, mostValues);
}

/** For every record that holds all matched values of a known record: the values it has in their place. */
export function recordAlternatives(facts: CodeFacts, args: JsonObject): JsonObject[] {
  return facts.tables.flatMap((table) => groupsIn(table.data)).flatMap((records) => alternativesIn(records, args));
}

/** Equal as text without case and separators, or as numbers. */
export function isSame(a: Scalar, b: Scalar): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return false;
  const [left, right] = [keyOf(String(a)), keyOf(String(b))];
  return left !== '' && left === right;
}

function keyOf(text: string): string {
  return tokenise(text.replace(/[_-]+/g, ' ')).join(' ');
}

function siblingsIn(data: Json, value: Scalar): Scalar[] {
  const keys = entriesOf(data).flatMap(([key]) => (isScalar(key) ? [key] : []));
  const own = keys.some((key) => isSame(key, value)) ? keys : [];
  const fields = recordsOf(data).flatMap((record) =>
    [...record].flatMap(([name, item]) => (isSame(item, value) ? [name] : [])),
  );
  const columns = fields.flatMap((name) => recordsOf(data).flatMap((record) => record.get(name) ?? []));
  return [...own, ...columns, ...childrenOf(data).flatMap((child) => siblingsIn(child, value))];
}

function namesIn(data: Json): Scalar[] {
  const own = entriesOf(data).flatMap(([key, item]) => [
    ...(isScalar(key) ? [key] : []),
    ...(typeof item === 'string' && item.length <= 60 ? [item] : []),
  ]);
  const items = itemsOf(data).filter(
    (item): item is string | number => typeof item === 'string' || typeof item === 'number',
  );
  return [...own, ...items, ...childrenOf(data).flatMap(namesIn)];
}

/** Lists of records that stand side by side, at any depth. */
function groupsIn(data: Json): (readonly Fields[])[] {
  return [recordsOf(data), ...childrenOf(data).flatMap(groupsIn)].filter((records) => records.length > 1);
}

function alternativesIn(records: readonly Fields[], args: JsonObject): JsonObject[] {
  const scalars = Object.entries(args).filter((entry): entry is [string, Scalar] => isScalar(entry[1]));
  for (const record of records) {
    const places = scalars.flatMap(([name, value]) => {
      const field = [...record].find(([, item]) => isSame(item, value))?.[0];
      return field === undefined ? [] : [{ name, field }];
    });
    if (places.length > 0) {
      return records.filter((other) => other !== record).map((other) => ({ ...args, ...valuesAt(other, places) }));
    }
  }
  return [];
}

function valuesAt(record: Fields, places: readonly { name: string; field: string }[]): JsonObject {
  return Object.fromEntries(
    places.flatMap(({ name, field }) => {
      const value = record.get(field);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Dictionaries in a list or under the keys of a dictionary, and tuple keys: flat views of their scalar fields. */
function recordsOf(data: Json): Fields[] {
  const rows = itemsOf(data).map((item) => fieldsOf(item));
  const keyed = entriesOf(data).map(([key, item]) => new Map([...keyFields(key), ...fieldsOf(item)]));
  return [...rows, ...keyed].filter((record) => record.size > 0);
}

function fieldsOf(data: Json): Map<string, Scalar> {
  const named = entriesOf(data).flatMap(([key, item]) => (isScalar(item) ? [[String(key), item] as const] : []));
  const placed = itemsOf(data).flatMap((item, at) => (isScalar(item) ? [[`[${at}]`, item] as const] : []));
  return new Map([...named, ...placed]);
}

function keyFields(key: Json): Map<string, Scalar> {
  return isScalar(key)
    ? new Map([['key', key]])
    : new Map([...fieldsOf(key)].map(([name, item]) => [`key${name}`, item]));
}

function entriesOf(data: Json): (readonly [Json, Json])[] {
  const entries = asObject(data)?.['entries'];
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((pair: Json) =>
    Array.isArray(pair) && pair.length === 2 ? [[pair[0], pair[1]] as const] : [],
  );
}

function itemsOf(data: Json): readonly Json[] {
  const items = asObject(data)?.['items'];
  return Array.isArray(items) ? items : [];
}

function childrenOf(data: Json): Json[] {
  return [...itemsOf(data), ...entriesOf(data).map(([, item]) => item)];
}

function isScalar(value: Json | undefined): value is Scalar {
  return value !== undefined && (value === null || typeof value !== 'object');
}
