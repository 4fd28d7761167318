/** Tasks that files bring (method §4.4): read as a whole, each for the server of the pool that has its server's name. */
import { contentId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TaskImport, Trajectories } from '../../domain/run/trajectories/schema.ts';
import { readAstraTask, type TaskReading } from '../../domain/task/import/astra-task.ts';
import { givenOrder, type OrderSettings } from '../../domain/task/orders.ts';
import { ConfigError } from '../failures.ts';
import { toBody } from './blobs.ts';
import type { NewItem } from './insert-items.ts';
import { readSourceFile } from './source-file.ts';
import { importedTaskOrdinal } from './task-place.ts';

/** A row of a file; a line that is no JSON is a row too. */
interface ImportedRow {
  readonly source: number;
  readonly row: number;
  readonly reading: TaskReading;
}

/** All rows of the configured files. Fails with Config.Invalid for a file with bad rows, unless they may be skipped. */
export async function readTaskImports({ tasks }: Trajectories): Promise<readonly ImportedRow[]> {
  const files = await Promise.all(tasks.imports.map(readImport));
  return files.flat();
}

async function readImport(source: TaskImport, index: number): Promise<ImportedRow[]> {
  const where = `trajectories.tasks.imports[${index}] (${source.file})`;
  const { rows, bad } = await readSourceFile(source.file, source.count).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('Invalid', `${where} cannot be read: ${why}`, { cause });
  });
  const read = rows
    .slice(0, source.count)
    .map((value, at): ImportedRow => ({ source: index, row: at + 1, reading: readAstraTask(value) }));
  const wrong = [
    ...bad.map(({ line, detail }) => `line ${line}: ${detail}`),
    ...read.flatMap(({ row, reading }) => (reading.ok ? [] : [`row ${row}: ${reading.detail}`])),
  ];
  if (wrong.length > 0 && !source.skipInvalid) {
    const more = wrong.length > 10 ? [`and ${wrong.length - 10} more`] : [];
    const hint = 'Correct them, or set "skipInvalid: true" to leave bad rows out and count them.';
    throw new ConfigError('Invalid', [`${where} cannot be used:`, ...wrong.slice(0, 10), ...more, hint].join('\n'));
  }
  const lines = bad.map(
    ({ line, detail }): ImportedRow => ({
      source: index,
      row: -line,
      reading: { ok: false, detail },
    }),
  );
  return [...read, ...lines];
}

export interface ImportServer {
  /** Id of the graph item. */
  readonly id: string;
  readonly name: string;
  readonly body: string;
}

/** Items for the rows, after all others of the plan; a row without a server in the pool is refused by name. */
export function importedItems(
  rows: readonly ImportedRow[],
  servers: readonly ImportServer[],
  settings: OrderSettings,
): NewItem[] {
  const byName = new Map(servers.map((server) => [server.name, server]));
  const seen = new Map<string, number>();
  return rows.map(({ source, row, reading }, index): NewItem => {
    const ordinal = importedTaskOrdinal(index);
    if (!reading.ok) return refused({ source, row }, ordinal, { rule: 'row_invalid', detail: reading.detail });
    const server = byName.get(reading.server);
    if (server === undefined) {
      const detail = `the pool has no server "${reading.server.slice(0, 80)}"`;
      return refused({ source, row }, ordinal, { rule: 'unknown_server', detail });
    }
    const key = contentId('task', { server: server.body, given: reading.given });
    const sample = seen.get(key) ?? 0;
    seen.set(key, sample + 1);
    const { id, order } = givenOrder(server.body, { given: reading.given, sample }, settings);
    return { id, parentId: server.id, ordinal, body: toBody(order as JsonObject), imported: true }; // texts and numbers
  });
}

function refused(
  place: { readonly source: number; readonly row: number },
  ordinal: number,
  why: { readonly rule: string; readonly detail: string },
): NewItem {
  const body = { ...place, ...why };
  const outcome = { status: 'rejected', ...why } as const;
  return { id: contentId('row', { ...body, kind: 'task' }), ordinal, body: toBody(body), outcome };
}
