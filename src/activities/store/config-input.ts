/** A run's configuration as it arrives from outside: validated, with messages a person can act on. */
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { canonicalJson } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { RunConfig } from '../../domain/run/schema.ts';
import { ConfigError } from '../failures.ts';

/** The configuration with every default filled in. Fails with Config.Invalid, naming path, value, rule and nearest key. */
export function parseRunConfig(config: unknown): RunConfig {
  const parsed = RunConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => issueLines(issue, config));
  throw new ConfigError('Invalid', `The configuration of the run breaks its rules:\n${problems.join('\n')}`);
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

function issueLines(issue: z.core.$ZodIssue, config: unknown): string[] {
  if (issue.code !== 'unrecognized_keys') {
    return [`${pathText(issue.path)}: got ${shown(valueAt(config, issue.path))}; ${issue.message}`];
  }
  const known = knownKeys(issue.path);
  return issue.keys.map((key) => {
    const nearest = nearestKey(key, known);
    const hint = nearest === undefined ? `known here: ${known.join(', ')}` : `did you mean "${nearest}"?`;
    return `${pathText([...issue.path, key])}: unknown key; ${hint}`;
  });
}

function nearestKey(key: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, edits: distance(key, name) })).sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best !== undefined && best.edits <= Math.max(2, key.length / 2) ? best.name : undefined;
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  let node: unknown = z.toJSONSchema(RunConfig, { io: 'input' });
  for (const step of path) node = typeof step === 'number' ? get(node, 'items') : get(get(node, 'properties'), step);
  return Object.keys(get(node, 'properties') ?? {});
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(get, value);
}

function get(value: unknown, key: PropertyKey): object | undefined {
  // Reflect.get answers any; what is read from JSON is only ever shown or read from again.
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as object | undefined) : undefined;
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'configuration';
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index ? '.' : ''}${String(step)}`))
    .join('');
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A configuration as it is stored and hashed. */
export function configObject(config: RunConfig): JsonObject {
  return config as JsonObject; // see configDifference
}
