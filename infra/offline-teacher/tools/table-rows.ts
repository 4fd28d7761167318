/** Data tables: the right row for each case among others that have other values. */

import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, rngOf } from '../draws.ts';
import { asList, asObject } from '../json-text.ts';
import type { NameSource } from '../language/names.ts';
import { freshText, isoDate, money } from '../language/names.ts';
import { numberIn } from '../questions/slot-types.ts';
import type { ShownAnswer } from './cases.ts';

export interface TableRow {
  readonly args: { readonly [name: string]: Json };
  readonly result: Json;
  readonly unit: string | undefined;
}

/** The value a table holds for a shown answer. */
export function heldValue(answer: ShownAnswer): Json {
  if (answer.type === 'boolean') return /^(true|yes|y|correct|是|对|有|能|可以)/i.test(answer.text.trim());
  if (answer.type === 'number') return plainNumber(answer.text) ?? answer.text;
  if (answer.type === 'list') return listItems(answer.text);
  return answer.text;
}

/** The number when the text is one with at most a unit around it and nothing would be lost. */
function plainNumber(text: string): number | undefined {
  const bare = text.trim().replaceAll(',', '');
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(bare) ? Number(bare) : undefined;
}

/** Items between semicolons, else between enumeration commas, else between commas. */
function listItems(text: string): string[] {
  const inner = text.trim().replace(/^\[|\]$/g, '');
  const separator =
    [/\n+/, /\s*[;；]\s*/, /\s*、\s*/].find((one) => one.test(inner)) ?? /,\s+(?:and\s+|or\s+|&\s+)?|，/;
  const items = inner.split(separator).map((item) => item.trim().replace(/^["']|["']$/g, ''));
  return items.filter((item) => item !== '');
}

/** At least four further rows for arguments nobody asked about, none with an answer of a case. */
export function otherRows(cases: readonly TableRow[], seed: string): TableRow[] {
  const rng = rngOf(`rows/${seed}`);
  const first = cases[0];
  if (first === undefined) return [];
  const source: NameSource = {
    rng,
    language: /\p{Script=Han}/u.test(JSON.stringify(cases)) ? 'zh' : 'en',
    theme: [],
    given: [],
    givenNumbers: [],
    used: new Set(cases.map(({ result }) => String(result))),
  };
  const rows: TableRow[] = [];
  for (let at = 0; at < 5; at++) {
    const args = Object.fromEntries(
      Object.entries(first.args).map(([name, value]) => [name, otherArgument(value, source)]),
    );
    // One row differs from the first case in one argument alone, so that no argument decides by itself.
    const [name] = Object.keys(first.args).slice(at % Math.max(1, Object.keys(first.args).length));
    const near = at === 0 && name !== undefined ? { ...first.args, [name]: args[name] ?? null } : args;
    rows.push({ args: near, result: otherResult(first.result, source, cases), unit: first.unit });
  }
  return rows;
}

function otherArgument(value: Json, source: NameSource): Json {
  if (typeof value === 'number') return otherNumber(value, source.rng);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.map((item: Json) => otherArgument(item, source));
  if (typeof value === 'string') return otherText(value, source);
  return value;
}

function otherText(value: string, source: NameSource): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return freshText(source, 'date');
  if (/^[A-Z]{3}$/.test(value)) return freshText(source, 'currency');
  if (/^[A-Z]+-?\d+$/.test(value)) return freshText(source, 'code');
  return freshText(source, /^\p{Ll}/u.test(value) ? 'phrase' : 'organisation');
}

function otherNumber(value: number, rng: Rng): number {
  const decimals = (String(value).split('.')[1] ?? '').length;
  const shift = between(rng, 3, 97) * (decimals > 0 ? 1 / 10 ** Math.min(decimals, 4) : 1);
  return Number((value + shift).toFixed(decimals));
}

function otherResult(result: Json, source: NameSource, cases: readonly TableRow[]): Json {
  const taken = new Set(cases.map((row) => JSON.stringify(row.result)));
  for (let tries = 0; tries < 30; tries++) {
    const other = variant(result, source);
    if (!taken.has(JSON.stringify(other))) return other;
  }
  return variant(result, source);
}

function variant(result: Json, source: NameSource): Json {
  if (typeof result === 'boolean') return !result;
  if (typeof result === 'number') return otherNumber(result, source.rng);
  if (Array.isArray(result)) return asList(result).map(() => freshText(source, 'person'));
  return variantText(String(result), source);
}

function variantText(text: string, source: NameSource): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return isoDate(between(source.rng, 15_000, 18_400));
  const number = numberIn(text);
  const printed = /-?[\d,]*\d(?:\.\d+)?/.exec(text)?.[0];
  if (printed !== undefined && Number.isFinite(number)) {
    const changed = otherNumber(number, source.rng) + between(source.rng, 1, 9);
    return text.replace(printed, () => (printed.includes(',') ? money(changed) : String(Number(changed.toFixed(4)))));
  }
  return freshText(source, 'item');
}

/** A row as the table holds it. */
export function rowObject(row: TableRow): JsonObject {
  return { ...asObject(row.args), result: row.result, ...(row.unit === undefined ? {} : { unit: row.unit }) };
}
