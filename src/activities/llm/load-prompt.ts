/**
 * Prompt files (ours; method §0 weakness 6): read and checked once per process, so that a call renders without parsing.
 * A prompt whose front matter, placeholders or spec disagree stops the worker at start, not a run in its middle.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { AnyPromptSpec } from '../../domain/prompt/spec.ts';
import { ModelRole } from '../../domain/run/schema.ts';
import { PromptError } from '../failures.ts';

const FrontMatter = z.strictObject({
  id: z.string(),
  version: z.int().min(1),
  role: ModelRole,
  inputs: z.array(z.string().regex(/^[a-z][a-z0-9_]*$/)),
  output: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  source: z.string().min(1),
});

/** A piece of the user message: fixed text, or the block of one input. */
export type Segment = { readonly text: string } | { readonly block: string };

export interface LoadedPrompt {
  readonly id: string;
  readonly version: number;
  /** Name of the exported reply schema, as the front matter says it. */
  readonly output: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly spec: AnyPromptSpec;
  readonly system: string;
  readonly user: readonly Segment[];
  /** Inputs in the order of their placeholders. */
  readonly inputs: readonly string[];
  /** The id as endpoints allow it in a schema's name. */
  readonly schemaName: string;
  /** JSON Schema of the reply; properties keep their order, because models write them in that order. */
  readonly schema: JsonObject;
}

export type PromptBook = ReadonlyMap<string, LoadedPrompt>;

/** Reads one file per spec; throws PromptError for a file without spec, a spec without file, or a mismatch. */
export async function loadPrompts(folder: string, specs: readonly AnyPromptSpec[]): Promise<PromptBook> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.md')).sort();
  const ids = new Set(specs.map((spec) => spec.id));
  const orphan = files.find((file) => !ids.has(file.slice(0, -'.md'.length)));
  if (orphan !== undefined) throw new PromptError(`Prompt ${join(folder, orphan)} has no spec: add one or delete it`);
  const missing = specs.find((spec) => !files.includes(`${spec.id}.md`));
  if (missing !== undefined) throw new PromptError(`Prompt spec ${missing.id} has no file ${folder}/${missing.id}.md`);
  const loaded = specs.map(async (spec) => parsePrompt(await readFile(join(folder, `${spec.id}.md`), 'utf8'), spec));
  return new Map((await Promise.all(loaded)).map((prompt) => [prompt.id, prompt]));
}

/** One prompt file against its spec; throws PromptError naming the prompt and the rule. */
export function parsePrompt(text: string, spec: AnyPromptSpec): LoadedPrompt {
  const { yaml, system, user } = splitFile(text, spec);
  const matter = FrontMatter.safeParse(parse(yaml));
  if (!matter.success) throw broken(spec, `front matter: ${z.prettifyError(matter.error)}`);
  const segments = splitUser(user, spec);
  const inputs = segments.flatMap((segment) => ('block' in segment ? [segment.block] : []));
  compare(spec, 'id', [matter.data.id, spec.id]);
  compare(spec, 'role', [matter.data.role, spec.role]);
  compare(spec, 'inputs', [matter.data.inputs.toSorted().join(', '), inputs.toSorted().join(', ')]);
  const schemaName = spec.id.replaceAll('/', '_');
  return {
    id: spec.id,
    version: matter.data.version,
    output: matter.data.output,
    hash: createHash('sha256').update(text).digest('hex'),
    spec,
    system,
    user: segments,
    inputs,
    schemaName,
    schema: { title: schemaName, ...replySchema(spec) },
  };
}

function splitFile(text: string, spec: AnyPromptSpec): { yaml: string; system: string; user: string } {
  const parts = /^---\n([^]*?)\n---\n\s*## system\n([^]*?)\n## user\n([^]*)$/.exec(text);
  const [, yaml, system, user] = parts ?? [];
  if (yaml === undefined || system === undefined || user === undefined)
    throw broken(spec, 'expected front matter between "---" lines, then "## system" and "## user"');
  if (system.includes('{{')) throw broken(spec, 'placeholders belong below "## user", one stands above it');
  return { yaml, system: system.trim(), user: user.trim() };
}

function splitUser(user: string, spec: AnyPromptSpec): Segment[] {
  return user.split('\n').map((line) => {
    const block = /^\{\{([a-z][a-z0-9_]*)\}\}$/.exec(line.trim())?.[1];
    if (block !== undefined) return { block };
    if (line.includes('{{')) throw broken(spec, `a placeholder stands alone on its line; got "${line.trim()}"`);
    return { text: line };
  });
}

function compare(spec: AnyPromptSpec, what: string, [stated, real]: readonly [string, string]): void {
  if (stated !== real) throw broken(spec, `front matter has ${what} "${stated}", its file and spec have "${real}"`);
}

function broken(spec: AnyPromptSpec, why: string): PromptError {
  return new PromptError(`Prompt ${spec.id}: ${why}`);
}

function replySchema(spec: AnyPromptSpec): Record<string, Json> {
  const { $schema: _, title: __, ...schema } = z.toJSONSchema(spec.replySchema);
  // A JSON Schema is JSON; a round trip drops the library's own hidden marks.
  return JSON.parse(JSON.stringify(schema, withoutSafeBounds)) as Record<string, Json>;
}

/** "As large as a whole number can be" says nothing to a model, costs 30 tokens a place, and small models copy it. */
function withoutSafeBounds(key: string, value: unknown): unknown {
  const bound = key === 'minimum' ? Number.MIN_SAFE_INTEGER : key === 'maximum' ? Number.MAX_SAFE_INTEGER : undefined;
  return bound !== undefined && value === bound ? undefined : value;
}
