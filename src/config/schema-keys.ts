/** The configuration's schema as JSON Schema: what `astra config schema` prints, and which keys stand where. */
import { z } from 'zod';
import type { JsonObject } from '../domain/json.ts';
import { RunConfig } from '../domain/run/schema.ts';

/** JSON Schema (draft 2020-12) of what a configuration file may hold; defaults are optional in it. */
export function configJsonSchema(): JsonObject {
  // A JSON Schema is JSON; the library's type also allows functions that this schema has none of.
  return z.toJSONSchema(RunConfig, { io: 'input' }) as JsonObject;
}

/** The keys that may stand at a path of the configuration; empty where any key may. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let nodes: readonly JsonObject[] = [configJsonSchema()];
  for (const step of path) nodes = nodes.flatMap((node) => below(node, step));
  return [...new Set(nodes.flatMap(variants).flatMap((node) => Object.keys(objectAt(node, 'properties'))))];
}

function below(node: JsonObject, step: PropertyKey): readonly JsonObject[] {
  return variants(node).flatMap((variant) => {
    const next = typeof step === 'number' ? variant['items'] : objectAt(variant, 'properties')[String(step)];
    return isObject(next) ? [next] : [];
  });
}

function variants(node: JsonObject): readonly JsonObject[] {
  const anyOf = node['anyOf'];
  return Array.isArray(anyOf) ? anyOf.filter(isObject) : [node];
}

function objectAt(node: JsonObject, key: string): JsonObject {
  const value = node[key];
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
