/** A valid instance of any JSON Schema, for prompts the teacher was never told about. */

import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, pick } from '../draws.ts';
import { asList, asObject, asText, isObject } from '../json-text.ts';
import { textFor } from './schema-text.ts';

interface Walk {
  readonly rng: Rng;
  readonly root: JsonObject;
  readonly depth: number;
}

/** Builds the instance; what cannot be satisfied (contradictions) is answered as far as possible. */
export function instanceOf(schema: Json, rng: Rng): Json {
  return build(schema, { rng, root: asObject(schema), depth: 0 });
}

function build(schema: Json | undefined, walk: Walk): Json {
  if (!isObject(schema)) return 'text';
  const inner = { ...walk, depth: walk.depth + 1 };
  if (typeof schema['$ref'] === 'string')
    return build({ ...refer(schema['$ref'], walk.root), ...without(schema, '$ref') }, inner);
  if (schema['const'] !== undefined) return schema['const'];
  if (asList(schema['enum']).length > 0) return pick(walk.rng, asList(schema['enum']));
  for (const word of ['anyOf', 'oneOf']) {
    const branches = asList(schema[word]);
    if (branches.length > 0) return build(merge(without(schema, word), choose(branches, walk)), inner);
  }
  const parts = asList(schema['allOf']);
  if (parts.length > 0)
    return build(
      parts.reduce<JsonObject>((sum, part) => merge(sum, resolve(part, walk.root)), without(schema, 'allOf')),
      inner,
    );
  return byType(schema, inner);
}

/** Deep inside, the simplest branch ends a recursion. */
function choose(branches: readonly Json[], walk: Walk): JsonObject {
  const resolved = branches.map((branch) => resolve(branch, walk.root));
  if (walk.depth < 6) return pick(walk.rng, resolved);
  const weight = (branch: JsonObject): number => (branch['type'] === 'object' || branch['type'] === 'array' ? 1 : 0);
  return [...resolved].sort((a, b) => weight(a) - weight(b))[0] ?? {};
}

const BUILDERS: { readonly [type: string]: (schema: JsonObject, walk: Walk) => Json } = {
  object,
  array,
  integer: (schema, walk) => number(schema, walk.rng, true),
  number: (schema, walk) => number(schema, walk.rng, false),
  boolean: (_, walk) => walk.rng() < 0.5,
  null: () => null,
};

function byType(schema: JsonObject, walk: Walk): Json {
  const named = Array.isArray(schema['type']) ? asList(schema['type']) : [schema['type'] ?? guessType(schema)];
  const types = named.map(asText);
  const type = walk.depth > 6 && types.includes('null') ? 'null' : types[0];
  const builder = BUILDERS[type ?? ''];
  return builder === undefined ? textFor(schema, walk.rng) : builder(schema, walk);
}

function guessType(schema: JsonObject): string {
  if (schema['properties'] !== undefined || schema['required'] !== undefined) return 'object';
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array';
  return schema['minimum'] !== undefined || schema['maximum'] !== undefined ? 'number' : 'string';
}

function object(schema: JsonObject, walk: Walk): JsonObject {
  const properties = asObject(schema['properties']);
  const required = asList(schema['required']).map(asText);
  const names = [
    ...new Set([...Object.keys(properties).filter((name) => walk.depth < 5 || required.includes(name)), ...required]),
  ];
  const result: { [name: string]: Json } = {};
  for (const name of names) result[name] = build(properties[name] ?? schema['additionalProperties'], walk);
  const wanted = Number(schema['minProperties'] ?? 0);
  for (let at = 1; Object.keys(result).length < wanted; at++) {
    result[asText(textFor(asObject(schema['propertyNames']), walk.rng)) + at] = build(
      schema['additionalProperties'],
      walk,
    );
  }
  return result;
}

function array(schema: JsonObject, walk: Walk): Json {
  const prefix = asList(schema['prefixItems']).map((item) => build(item, walk));
  const low = Number(schema['minItems'] ?? 0);
  const high = Math.min(Number(schema['maxItems'] ?? low + 2), low + 2);
  const wanted =
    schema['items'] === false
      ? prefix.length
      : Math.max(low, Math.min(high, walk.depth > 6 ? 0 : between(walk.rng, 1, 2)), prefix.length);
  const items = [...prefix];
  for (let tries = 0; items.length < wanted && tries < 200; tries++) {
    const item = build(schema['items'], { ...walk, depth: walk.depth + 1 });
    const twin = schema['uniqueItems'] === true && items.some((one) => JSON.stringify(one) === JSON.stringify(item));
    if (!twin) items.push(item);
  }
  return items;
}

function number(schema: JsonObject, rng: Rng, whole: boolean): number {
  const step = Number(schema['multipleOf'] ?? (whole ? 1 : 0.01));
  const low = Number(
    schema['minimum'] ??
      (typeof schema['exclusiveMinimum'] === 'number' ? schema['exclusiveMinimum'] + step : -Infinity),
  );
  const high = Number(
    schema['maximum'] ??
      (typeof schema['exclusiveMaximum'] === 'number' ? schema['exclusiveMaximum'] - step : Infinity),
  );
  const from = Number.isFinite(low) ? low : Math.min(0, high);
  const to = Math.max(from, Math.min(high, from + 100 * step));
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  if (last < first) return (from + to) / 2;
  return Number((between(rng, first, last) * step).toFixed(10));
}

function refer(path: string, root: JsonObject): JsonObject {
  const steps = path
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '');
  let at: Json = root;
  for (const step of steps)
    at = asObject(at)[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')] ?? {};
  return asObject(at);
}

const resolve = (schema: Json, root: JsonObject): JsonObject => {
  const object = asObject(schema);
  return typeof object['$ref'] === 'string' ? { ...refer(object['$ref'], root), ...without(object, '$ref') } : object;
};

function without(schema: JsonObject, word: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== word));
}

/** Both schemas at once: properties and required united, other words of the second win. */
function merge(a: JsonObject, b: JsonObject): JsonObject {
  return {
    ...a,
    ...b,
    ...(a['properties'] === undefined && b['properties'] === undefined
      ? {}
      : { properties: { ...asObject(a['properties']), ...asObject(b['properties']) } }),
    ...(a['required'] === undefined && b['required'] === undefined
      ? {}
      : { required: [...new Set([...asList(a['required']), ...asList(b['required'])])] }),
  };
}
