/**
 * Rows of a source file: JSON, JSONL, and gzip of either, told apart by content. Files of any length are read as a
 * stream; a line that cannot be read is reported with its number and costs no other line.
 */
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Json } from '../../domain/json.ts';
import { type Line, splitLines } from './source-lines.ts';

export interface BadLine {
  /** 1-based. */
  readonly line: number;
  readonly detail: string;
}

export interface SourceRows {
  /** The elements of a JSON array, a single JSON value, or the values of the lines. */
  readonly rows: readonly Json[];
  readonly bad: readonly BadLine[];
}

/** A document is parsed in one piece: beyond this it has to be JSONL. */
const largestDocumentBytes = 256 * 1024 * 1024;

/** Reads a file's rows, at most `count` of them when given. Throws when the file cannot be read or decompressed. */
export async function readSourceFile(path: string, count = Number.POSITIVE_INFINITY): Promise<SourceRows> {
  const lines = splitLines(await openStream(path));
  const first = await nextLine(lines);
  if (first === undefined) return { rows: [], bad: [] };
  const parsed = parseLine(first);
  if (!parsed.ok && startsDocument(first, path)) return readDocument(first, lines);
  return readLines(first, lines, count);
}

export interface NumberedRow {
  /** Line of the file; of a JSON document the number of its element. From 1. */
  readonly line: number;
  readonly value: Json;
}

/** The rows of a file one after the other. Throws for a file that cannot be read, and at the first line that is no JSON. */
export async function* eachSourceRow(path: string): AsyncGenerator<NumberedRow, void> {
  const lines = splitLines(await openStream(path));
  const first = await nextLine(lines);
  if (first === undefined) return;
  if (!parseLine(first).ok && startsDocument(first, path)) {
    const { rows, bad } = await readDocument(first, lines);
    if (bad[0] !== undefined) throw new Error(`line ${bad[0].line}: ${bad[0].detail}`);
    yield* rows.map((value, at) => ({ line: at + 1, value }));
    return;
  }
  for (let line: Line | undefined = first; line !== undefined; line = await nextLine(lines)) {
    const parsed = parseLine(line);
    if (!parsed.ok) throw new Error(`line ${line.number}: ${parsed.detail}`);
    yield { line: line.number, value: parsed.value };
  }
}

type Lines = AsyncGenerator<Line, void>;

async function openStream(path: string): Promise<AsyncIterable<Buffer>> {
  const magic: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start: 0, end: 1 })) magic.push(chunk);
  const isGzip = Buffer.concat(magic).equals(Buffer.from([0x1f, 0x8b]));
  const file = createReadStream(path);
  if (!isGzip) return file;
  const unzipped = createGunzip();
  file.on('error', (error) => unzipped.destroy(error));
  return file.pipe(unzipped);
}

async function nextLine(lines: Lines): Promise<Line | undefined> {
  for (;;) {
    const next = await lines.next();
    if (next.done === true) return undefined;
    if (!isBlank(next.value)) return next.value;
  }
}

function isBlank(line: Line): boolean {
  return line.text?.trim() === '';
}

type Parsed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly detail: string };

function parseLine(line: Line): Parsed {
  if (line.text === undefined) return { ok: false, detail: line.fault };
  try {
    // JSON.parse returns JSON values and nothing else.
    return { ok: true, value: JSON.parse(line.text) as Json };
  } catch (error) {
    return { ok: false, detail: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** An opened bracket that its own line does not close: a document over several lines. */
function startsDocument(first: Line, path: string): boolean {
  const named = ['.jsonl', '.ndjson'].includes(extname(path.replace(/\.gz$/, '')));
  return !named && /^\s*[[{]/.test(first.text ?? '');
}

async function readDocument(first: Line, rest: Lines): Promise<SourceRows> {
  const parts: string[] = [];
  let size = 0;
  const add = (line: Line): void => {
    if (line.text === undefined) throw new Error(`line ${line.number}: ${line.fault}`);
    size += line.text.length + 1;
    if (size > largestDocumentBytes) throw new Error('the JSON document is larger than 256 MB: write it as JSONL');
    parts.push(line.text);
  };
  add(first);
  for await (const line of rest) add(line);
  const parsed = parseLine({ number: first.number, text: parts.join('\n') });
  if (!parsed.ok) return { rows: [], bad: [{ line: first.number, detail: parsed.detail }] };
  return { rows: Array.isArray(parsed.value) ? parsed.value : [parsed.value], bad: [] };
}

async function readLines(first: Line, rest: Lines, count: number): Promise<SourceRows> {
  const rows: Json[] = [];
  const bad: BadLine[] = [];
  let only = true;
  for (let line: Line | undefined = first; line !== undefined && rows.length < count; line = await nextLine(rest)) {
    only = line === first;
    const parsed = parseLine(line);
    if (parsed.ok) rows.push(parsed.value);
    else bad.push({ line: line.number, detail: parsed.detail });
  }
  const [row] = rows;
  return only && Array.isArray(row) ? { rows: row, bad } : { rows, bad };
}
