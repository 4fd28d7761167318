/**
 * What a returned JSON value says (method §8.0; ours): its leaf values, each with the unit that its surroundings name.
 * Work is bounded whatever a tool returns: what lies beyond the bounds is not looked at and so never matches.
 */
import type { Json, JsonObject } from '../json.ts';
import { unitOf } from './unit.ts';

export interface Leaf {
  readonly value: string | number | boolean;
  /** Units named by the key ("price_usd") or by a sibling ("currency": "EUR"); empty when none is. */
  readonly units: readonly string[];
}

/** Values that are visited, arrays and objects included. */
const mostValues = 20_000;
/** Characters of text leaves that are read, in one leaf and altogether. */
const longestLeaf = 65_536;
const mostText = 1_048_576;

const unitKeys = new Set(['currency', 'currencycode', 'unit', 'units']);
/** Key endings that can only be units: "min" is left out because it is mostly a minimum. */
const keyUnits = new Map(
  'usd eur gbp cny rmb jpy km kg lb lbs mi miles cm mm ft kwh mph kmh celsius fahrenheit percent hours minutes seconds days'
    .split(' ')
    .map((ending) => [ending, unitOf(ending === 'rmb' ? 'RMB' : ending)]),
);

/** True for what our tools return instead of a result: an object whose "error" is neither null nor false. */
export function isErrorResult(value: Json): boolean {
  if (!isObject(value) || !Object.hasOwn(value, 'error')) return false;
  return value['error'] !== null && value['error'] !== false;
}

/** The leaf values in document order; nulls and everything inside an error result are left out. */
export function leavesOf(value: Json): Leaf[] {
  const leaves: Leaf[] = [];
  const pending: { value: Json; units: readonly string[] }[] = [{ value, units: [] }];
  let text = 0;
  for (let visited = 0; pending.length > 0 && visited < mostValues; visited++) {
    const next = pending.pop();
    if (next === undefined || next.value === null || isErrorResult(next.value)) continue;
    if (typeof next.value === 'object') {
      pending.push(...childrenOf(next.value, next.units).reverse());
    } else if (typeof next.value !== 'string') {
      leaves.push({ value: next.value, units: next.units });
    } else if (next.value.length <= longestLeaf && text + next.value.length <= mostText) {
      text += next.value.length;
      leaves.push({ value: next.value, units: next.units });
    }
  }
  return leaves;
}

function childrenOf(
  value: readonly Json[] | JsonObject,
  units: readonly string[],
): { value: Json; units: readonly string[] }[] {
  if (!isObject(value)) return value.slice(0, mostValues).map((item) => ({ value: item, units }));
  const entries = Object.entries(value).slice(0, mostValues);
  const siblings = entries.flatMap(([key, item]) => siblingUnit(key, item));
  return entries.map(([key, item]) => ({ value: item, units: [...keyUnit(key), ...siblings] }));
}

function siblingUnit(key: string, value: Json): string[] {
  if (typeof value !== 'string' || !unitKeys.has(key.toLowerCase().replaceAll('_', ''))) return [];
  const unit = unitOf(value);
  return unit === undefined ? [] : [unit];
}

function keyUnit(key: string): string[] {
  const ending = key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_\s-]/)
    .at(-1);
  const unit = key.length <= 100 && ending !== key.toLowerCase() ? keyUnits.get(ending ?? '') : undefined;
  return unit === undefined ? [] : [unit];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
