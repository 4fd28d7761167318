/**
 * Numeric strings (method §1.3): "3" becomes 3 only where the schema allows a number and no string, and only when the
 * whole string is one JSON number. Whether the number is in the allowed set is left to the strict validation after it.
 */
import type { Json, JsonObject } from '../../domain/json.ts';

const wholeNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The value with numeric strings read where the schema says so; places behind anyOf and $ref stay as they are. */
export function readNumbers(value: Json, schema: Json | undefined): Json {
  if (!isObject(schema)) return value;
  if (typeof value === 'string') return wantsNumber(schema) && wholeNumber.test(value) ? Number(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => readNumbers(item, schema['items']));
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const rest = schema['additionalProperties'];
  const read = ([key, item]: [string, Json]): [string, Json] => [
    key,
    readNumbers(item, Object.hasOwn(properties, key) ? properties[key] : rest),
  ];
  return Object.fromEntries(Object.entries(value).map(read));
}

function wantsNumber(schema: JsonObject): boolean {
  const allowed = schema['type'];
  const types = isList(allowed) ? allowed : [allowed];
  return types.some((type) => type === 'number' || type === 'integer') && !types.includes('string');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
