/** Files of rows from anywhere: JSON, JSONL, and gzip of either; a bad line is named with its number. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Json } from '../domain/json.ts';
import { InputError } from './exit-codes.ts';

export interface Row {
  /** Line in the file, from 1; position in the array for a JSON array. */
  readonly line: number;
  readonly value: Json;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** Lines left out with --skip-invalid. */
  readonly skipped: readonly number[];
}

/** The rows of a file; throws InputError for an unreadable file, and for a bad line unless it may be skipped. */
export function readRows(file: string, skipInvalid: boolean): Rows {
  const text = readText(file);
  const whole = tryParse(text.trim());
  if (Array.isArray(whole))
    return { rows: whole.map((value: Json, index) => ({ line: index + 1, value })), skipped: [] };
  const rows: Row[] = [];
  const skipped: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const value = tryParse(line);
    if (value !== undefined) rows.push({ line: index + 1, value });
    else skipped.push(index + 1);
  }
  // One JSON document over several lines is one row.
  if (skipped.length > 0 && whole !== undefined) return { rows: [{ line: 1, value: whole }], skipped: [] };
  const [first] = skipped;
  if (first !== undefined && !skipInvalid)
    throw new InputError(
      `${file}:${first}: got a line that is not JSON; expected one JSON value a line. Correct it, or use --skip-invalid.`,
    );
  return { rows, skipped };
}

/** JSON of a command-line argument; throws InputError that names it. */
export function parseJson(text: string, name: string): Json {
  const value = tryParse(text);
  if (value === undefined)
    throw new InputError(
      `${name}: got ${text.slice(0, 60)}; expected JSON. Mind the shell's quotes: ${name} '{"a": 1}'.`,
    );
  return value;
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // what JSON.parse returns is Json by definition
  } catch {
    return undefined; // undefined is no JSON value: the caller names the place
  }
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isGzip ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new InputError(
      `${file}: got ${String(cause)}; expected a JSON or JSONL file, plain or gzip. Correct the path.`,
      { cause },
    );
  }
}
