/** Names of runs: chosen by the user, or made from the configuration so that the same file means the same run. */
import { basename } from 'node:path';
import { hashJson, type RunId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { RunConfig } from '../domain/run/schema.ts';
import { InputError } from './exit-codes.ts';

/** A configuration as plain JSON: what the workflow gets and what is hashed. */
export function configJson(config: RunConfig): Json {
  // Stringify drops undefined members, which JSON does not have; what remains is JSON.
  return JSON.parse(JSON.stringify(config)) as Json;
}

/** SHA-256 of the configuration; changes with every setting, not with comments or the order of keys. */
export function configHash(config: RunConfig): string {
  return hashJson(configJson(config));
}

/** `<file name>-<first 8 of the configuration's hash>`. */
export function defaultRunId(file: string, config: RunConfig): RunId {
  const name = basename(file)
    .replace(/\.[^.]+$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return runId(`${name || 'run'}-${configHash(config).slice(0, 8)}`);
}

/** A run id as the user typed it; throws InputError unless it fits workflow ids, file names and addresses. */
export function runId(text: string): RunId {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(text))
    throw new InputError(
      `run id: got ${JSON.stringify(text)}; expected up to 80 of the characters A-Z a-z 0-9 . _ - that begin with a letter or digit. Choose another --run.`,
    );
  return text as RunId;
}
