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
  const fail = (why: string): never => {
    throw new PromptError(`Prompt ${spec.id}: ${why}`);
  };
  const [, yaml, system, user] =
    /^---\n([^]*?)\n---\n\s*## system\n([^]*?)\n## user\n([^]*)$/.exec(text) ??
    fail('expected front matter between "---" lines, then "## system" and "## user"');
  const matter = FrontMatter.safeParse(parse(yaml ?? ''));
  if (!matter.success) return fail(`front matter: ${z.prettifyError(matter.error)}`);
  if (matter.data.id !== spec.id) fail(`front matter has id "${matter.data.id}", the file's place says "${spec.id}"`);
  if (matter.data.role !== spec.role) fail(`front matter has role "${matter.data.role}", its spec "${spec.role}"`);
  if (system?.includes('{{')) fail('the system section is the same for every call; move placeholders below "## user"');
  const segments = splitUser(user ?? '', fail);
  const inputs = segments.flatMap((segment) => ('block' in segment ? [segment.block] : []));
  const [named, placed] = [matter.data.inputs.toSorted().join(', '), inputs.toSorted().join(', ')];
  if (named !== placed) fail(`front matter names the inputs [${named}], the placeholders are [${placed}]`);
  const schemaName = spec.id.replaceAll('/', '_');
  return {
    id: spec.id,
    version: matter.data.version,
    output: matter.data.output,
    hash: createHash('sha256').update(text).digest('hex'),
    spec,
    system: system?.trim() ?? '',
    user: segments,
    inputs,
    schemaName,
    schema: { title: schemaName, ...replySchema(spec) },
  };
}

function splitUser(user: string, fail: (why: string) => never): Segment[] {
  const segments: Segment[] = [];
  for (const line of user.trim().split('\n')) {
    const block = /^\{\{([a-z][a-z0-9_]*)\}\}$/.exec(line.trim())?.[1];
    if (block === undefined && line.includes('{{'))
      fail(`a placeholder stands alone on its line; got "${line.trim()}"`);
    segments.push(block === undefined ? { text: line } : { block });
  }
  return segments;
}

function replySchema(spec: AnyPromptSpec): Record<string, Json> {
  const { $schema: _, ...schema } = z.toJSONSchema(spec.replySchema);
  // A JSON Schema is JSON; a round trip drops the library's own hidden marks.
  return JSON.parse(JSON.stringify(schema)) as Record<string, Json>;
}
