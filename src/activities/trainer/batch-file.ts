/**
 * The batch of a step as a safetensors file: an eight-byte length, a JSON header, raw little-endian arrays. Written by
 * hand, because the format is three lines long and the file is the identity of the step: equal rows give equal bytes.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { BatchRow } from '../../domain/rl/training-batch.ts';

type Column = { readonly dtype: 'I32' | 'U8' | 'F32' | 'I64'; readonly bytes: Uint8Array; readonly length: number };

/** The bytes of a batch. `told` is kept as text beside the arrays, for audits; it is part of the file's hash. */
export function encodeBatch(rows: readonly BatchRow[], told: Readonly<Record<string, string>>): Uint8Array {
  // Array views have the order of the machine, and the format is little-endian.
  if (endianness() !== 'LE') throw new Error('batches can only be written on a little-endian machine');
  const tokens = rows.flatMap((row) => row.tokens);
  const mask = rows.flatMap((row) => row.mask);
  const advantages = rows.flatMap((row) => row.mask.map((one) => (one === 1 ? row.advantage : 0)));
  const offsets = [0];
  for (const row of rows) offsets.push((offsets.at(-1) ?? 0) + row.tokens.length);
  const columns: readonly (readonly [string, Column])[] = [
    ['advantages', column('F32', new Float32Array(advantages))],
    ['logprobs', column('F32', new Float32Array(rows.flatMap((row) => row.logprobs)))],
    ['mask', column('U8', new Uint8Array(mask))],
    ['offsets', column('I64', new BigInt64Array(offsets.map(BigInt)))],
    ['token_ids', column('I32', new Int32Array(tokens))],
    ['version', column('I32', new Int32Array(rows.map((row) => row.version)))],
  ];
  return safetensors(bySize(columns), told);
}

/** Wide columns first: every array then starts at a multiple of its own width. */
function bySize(columns: readonly (readonly [string, Column])[]): readonly (readonly [string, Column])[] {
  const width = { I64: 8, F32: 4, I32: 4, U8: 1 };
  return columns.toSorted(([, a], [, b]) => width[b.dtype] - width[a.dtype]);
}

function column(dtype: Column['dtype'], values: Float32Array | Int32Array | Uint8Array | BigInt64Array): Column {
  return { dtype, bytes: new Uint8Array(values.buffer), length: values.length };
}

function safetensors(
  columns: readonly (readonly [string, Column])[],
  told: Readonly<Record<string, string>>,
): Uint8Array {
  let at = 0;
  const places = columns.map(([name, { dtype, bytes, length }]) => {
    const from = at;
    at += bytes.length;
    return [name, { dtype, shape: [length], data_offsets: [from, at] }] as const;
  });
  const header = Buffer.from(JSON.stringify({ __metadata__: told, ...Object.fromEntries(places) }));
  const padded = Buffer.concat([header, Buffer.alloc((8 - (header.length % 8)) % 8, ' ')]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([size, padded, ...columns.map(([, { bytes }]) => bytes)]);
}

export interface WrittenFile {
  readonly path: string;
  readonly sha256: string;
}

type Parts<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Writes the parts one after the other, under the hash of all; a file that is there already is the same file. Never seen
 * half-written: where a part cannot be made, its error is passed on and nothing is left.
 */
export async function writeHashed(
  folder: string,
  parts: Parts<Uint8Array | string>,
  name: (sha256: string) => string,
): Promise<WrittenFile> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `${randomUUID()}.tmp`);
  try {
    const sha256 = await writeParts(temporary, parts);
    const path = join(folder, name(sha256));
    await rename(temporary, path);
    return { path, sha256 };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeParts(path: string, parts: Parts<Uint8Array | string>): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for await (const part of parts) {
      hash.update(part);
      await file.writeFile(part);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}
