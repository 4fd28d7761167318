/**
 * Where texts and values stand in a tool document (ours; used by rules 1 and 2 of §8.4): walks the JSON Schema, so that
 * a parameter called "example" is never taken for the keyword of that name.
 */
import type { Json, JsonObject } from '../json.ts';
import type { ToolDocument } from './schema.ts';

export interface SchemaPlace {
  /** Readable position, for example "parameters.properties.city". */
  readonly path: string;
  /** Name of the parameter the schema describes; null for what is not one. */
  readonly name: string | null;
  readonly schema: JsonObject;
}

/** The parameters schema and everything below it, parents first; anything that is no object is left out. */
export function schemaPlaces(document: ToolDocument): SchemaPlace[] {
  // The schema was validated as JSON: a loose object holds JSON values only.
  return walk({ path: 'parameters', name: null, schema: document.parameters as JsonObject });
}

/** The schema of each parameter in the document's order. */
export function parameterSchemas(document: ToolDocument): Map<string, JsonObject> {
  return new Map(
    Object.entries(document.parameters.properties).map(([name, schema]) => [name, asObject(schema) ?? {}]),
  );
}

/** Names that a call must give. */
export function requiredNames(document: ToolDocument): string[] {
  return document.parameters.required ?? [];
}

/** The value as an object, or undefined for anything else. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Type names a schema allows; empty when it names none. */
export function typeNames(schema: JsonObject): string[] {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((item): item is string => typeof item === 'string');
  const choices = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(choices) ? choices.flatMap((choice: Json) => typeNames(asObject(choice) ?? {})) : [];
}

/** Members of an enum or const, or undefined when the schema has neither. */
export function allowedValues(schema: JsonObject): readonly Json[] | undefined {
  if (Array.isArray(schema['enum'])) return schema['enum'];
  return schema['const'] === undefined ? undefined : [schema['const']];
}

/** Values under "example" and "examples". */
export function exampleValues(schema: JsonObject): Json[] {
  const list = schema['examples'];
  return [
    ...(schema['example'] === undefined ? [] : [schema['example']]),
    ...(Array.isArray(list) ? list : list === undefined ? [] : [list]),
  ];
}

/** The scalar values inside a value, in order; object keys are not values. */
export function scalarsOf(value: Json): (string | number | boolean | null)[] {
  if (value === null || typeof value !== 'object') return [value];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(scalarsOf);
}

function walk(place: SchemaPlace): SchemaPlace[] {
  const { path, schema } = place;
  const named = Object.entries(asObject(schema['properties']) ?? {}).flatMap(([name, child]) =>
    below(`${path}.properties.${name}`, name, child),
  );
  const single = ['items', 'additionalProperties', 'not'].flatMap((key) => below(`${path}.${key}`, null, schema[key]));
  const listed = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap((key) => {
    const list = schema[key];
    return Array.isArray(list) ? list.flatMap((child, at) => below(`${path}.${key}.${at}`, null, child)) : [];
  });
  return [place, ...named, ...single, ...listed];
}

function below(path: string, name: string | null, value: Json | undefined): SchemaPlace[] {
  const schema = asObject(value);
  return schema === undefined ? [] : walk({ path, name, schema });
}
