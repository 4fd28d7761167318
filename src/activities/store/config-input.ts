/** A run's configuration as the store keeps and compares it. */
import { z } from 'zod';
import { canonicalJson } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { RunConfig } from '../../domain/run/schema.ts';
import { ConfigError } from '../failures.ts';

/** The configuration with every default filled in. Fails with Config.Invalid; who takes it from a person says more. */
export function parseRunConfig(config: unknown): RunConfig {
  const parsed = RunConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new ConfigError('Invalid', `The configuration of the run breaks its rules:\n${z.prettifyError(parsed.error)}`);
}

/** One line for each value that differs, "path: stored → given", at most 20; empty when both say the same. */
export function configDifference(stored: RunConfig, given: RunConfig): string[] {
  // Parsed configurations are JSON: the schema knows no other values.
  const [before, after] = [leaves(stored as Json), leaves(given as Json)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path}: ${before.get(path) ?? 'absent'} → ${after.get(path) ?? 'absent'}`);
  return lines.length > 20 ? [...lines.slice(0, 20), `and ${lines.length - 20} more`] : lines;
}

function leaves(value: Json, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === null || typeof value !== 'object') return into.set(path, shorten(canonicalJson(value)));
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined)
      leaves(item, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, into);
  }
  return into;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A configuration as it is stored and hashed. */
export function configObject(config: RunConfig): JsonObject {
  return config as JsonObject; // see configDifference
}
