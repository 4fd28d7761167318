/** Files of rows from anywhere: JSON, JSONL, and gzip of either; a bad line is named with its number. */
import { readSourceFile } from '../activities/store/source-file.ts';
import type { Json } from '../domain/json.ts';
import { InputError } from './exit-codes.ts';

export interface Rows {
  readonly rows: readonly Json[];
  /** Numbers of the lines left out with --skip-invalid. */
  readonly skipped: readonly number[];
}

/** The rows of a file; throws InputError for an unreadable file, and for a bad line unless it may be skipped. */
export async function readRows(file: string, skipInvalid: boolean): Promise<Rows> {
  const { rows, bad } = await readSourceFile(file).catch((cause: unknown) => {
    throw new InputError(
      `${file}: got ${String(cause)}; expected a JSON or JSONL file, plain or gzip. Correct the path.`,
      { cause },
    );
  });
  const [first] = bad;
  if (first !== undefined && !skipInvalid)
    throw new InputError(
      `${file}:${first.line}: got a line that is ${first.detail}; expected one JSON value a line. Correct it, or use --skip-invalid.`,
    );
  return { rows, skipped: bad.map(({ line }) => line) };
}

/** JSON of a command-line argument; throws InputError that names it. */
export function parseJson(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json; // what JSON.parse returns is Json by definition
  } catch (cause) {
    throw new InputError(
      `${name}: got ${text.slice(0, 60)}; expected JSON. Mind the shell's quotes: ${name} '{"a": 1}'.`,
      { cause },
    );
  }
}
