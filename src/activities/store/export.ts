/**
 * A run as files: rows in plan order, the same bytes for the same content. A file appears whole under its name or not
 * at all.
 */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { type CardFacts, datasetCard } from '../../domain/export/card.ts';
import { companionOf, type ExportFormat, exportFiles } from '../../domain/export/formats.ts';
import { StoreError } from '../failures.ts';
import { loadCardFacts } from './card-facts.ts';
import type { ExportOptions, FilePart } from './episode-rows.ts';
import { eachPart } from './export-rows.ts';
import { pythonFiles } from './python-files.ts';
import { loadRunConfig } from './runs.ts';

export interface ExportedFile {
  readonly path: string;
  readonly format: ExportFormat;
  /** Lines of a JSONL file, rows of a parquet file; 1 for a file of another kind. */
  readonly rows: number;
  /** Rows that have no place in this shape. */
  readonly leftOut: number;
  readonly sha256: string;
}

export interface ExportOrder extends Partial<ExportOptions> {
  /** Folder; made when it is missing. */
  readonly to: string;
  readonly formats: readonly ExportFormat[];
  /** The card says that the offline teacher stands behind the data. */
  readonly standIn?: boolean;
}

/**
 * Writes the files of a run, one after the other, and after them what some of them need beside them. Fails with
 * Store.NotFound, or Store.BadInput for a folder that cannot be written.
 */
export async function exportRun(pool: Pool, runId: string, order: ExportOrder): Promise<ExportedFile[]> {
  const { seed } = await loadRunConfig(pool, runId);
  const formats = [...new Set(order.formats)];
  const options = { maskRefused: order.maskRefused ?? false };
  const files: ExportedFile[] = [];
  for (const format of formats) {
    const path = join(order.to, exportFiles[format]);
    const parts =
      format === 'card'
        ? card(pool, runId, { seed, formats, standIn: order.standIn ?? false })
        : eachPart(pool, runId, { format, ...options });
    files.push({ path, format, ...(await writeWhole(path, parts)) });
  }
  for (const format of formats) {
    const companion = companionOf(format);
    for (const { name, text } of companion === undefined ? await pythonFiles(format) : [companion]) {
      const path = join(order.to, name);
      files.push({ path, format, ...(await writeWhole(path, whole(text))) });
    }
  }
  return files;
}

async function* card(
  pool: Pool,
  runId: string,
  about: Pick<CardFacts, 'seed' | 'formats' | 'standIn'>,
): AsyncGenerator<FilePart, void> {
  yield* whole(datasetCard({ ...(await loadCardFacts(pool, runId)), ...about }));
}

async function* whole(text: string): AsyncGenerator<FilePart, void> {
  yield { data: text, rows: 1, leftOut: 0 };
}

type Written = Pick<ExportedFile, 'rows' | 'leftOut' | 'sha256'>;

async function writeWhole(path: string, parts: AsyncIterable<FilePart>): Promise<Written> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await openNew(path, temporary);
  try {
    const hash = createHash('sha256');
    const counts = await writeParts(file, hash, parts);
    await file.sync();
    await file.close();
    await rename(temporary, path);
    return { ...counts, sha256: hash.digest('hex') };
  } catch (error) {
    await file.close().catch(() => undefined); // the first error is the one to tell
    await rm(temporary, { force: true });
    throw error;
  }
}

async function openNew(path: string, temporary: string): Promise<FileHandle> {
  try {
    await mkdir(join(path, '..'), { recursive: true });
    return await open(temporary, 'w');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError('BadInput', `The export cannot be written to ${path}: ${why}. Choose another folder.`, {
      cause,
    });
  }
}

async function writeParts(
  file: FileHandle,
  hash: Hash,
  parts: AsyncIterable<FilePart>,
): Promise<Pick<Written, 'rows' | 'leftOut'>> {
  let [rows, leftOut] = [0, 0];
  for await (const part of parts) {
    hash.update(part.data);
    await file.write(typeof part.data === 'string' ? Buffer.from(part.data) : part.data);
    rows += part.rows;
    leftOut += part.leftOut;
  }
  return { rows, leftOut };
}
