/** Files for those who play our environments elsewhere: environments of questions first, then those with state. */
import { Environment } from '../../domain/environment/schema.ts';
import type { ExportFormat } from '../../domain/export/formats.ts';
import type { ParquetRow } from '../../domain/export/parquet-column.ts';
import { instanceRow, statefulInstanceRow } from '../../domain/export/playable/instance-row.ts';
import { nemoGymRow, verlRlColumns, verlRlRow } from '../../domain/export/playable/training-rows.ts';
import type { JsonObject } from '../../domain/json.ts';
import { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import { eachResult } from './audit-data.ts';
import type { FilePart } from './episode-rows.ts';
import { jsonLine } from './json-line.ts';
import { parquetBytes } from './parquet-file.ts';
import type { Queryable } from './pool.ts';
import { fitting } from './stored-body.ts';

const formats = ['verifiers', 'openenv', 'nemo-gym', 'verl-rl'] as const satisfies readonly ExportFormat[];
export type PlayableFormat = (typeof formats)[number];

export function isPlayableFormat(format: ExportFormat): format is PlayableFormat {
  return formats.some((known) => known === format);
}

/** The pieces of a format's file, in plan order. */
export async function* eachPlayablePart(
  on: Queryable,
  runId: string,
  format: PlayableFormat,
): AsyncGenerator<FilePart, void> {
  if (format === 'verl-rl') return yield* verlParts(on, runId);
  for await (const row of eachInstanceRow(on, runId))
    yield { data: jsonLine(format === 'nemo-gym' ? nemoGymRow(row) : row), rows: 1, leftOut: 0 };
}

/** Parquet is written by groups of rows, so the count stands with the last piece. */
async function* verlParts(on: Queryable, runId: string): AsyncGenerator<FilePart, void> {
  let rows = 0;
  async function* verlRows(): AsyncGenerator<ParquetRow, void> {
    for await (const row of eachInstanceRow(on, runId)) yield verlRlRow(row, rows++);
  }
  for await (const data of parquetBytes(verlRlColumns, verlRows())) yield { data, rows: 0, leftOut: 0 };
  yield { data: '', rows, leftOut: 0 };
}

async function* eachInstanceRow(on: Queryable, runId: string): AsyncGenerator<JsonObject, void> {
  for await (const { value, id } of eachResult(on, runId, 'instance'))
    yield instanceRow(fitting(Environment, value, id));
  for await (const { value, id } of eachResult(on, runId, 'scenario'))
    yield statefulInstanceRow(fitting(StatefulEnvironment, value, id));
}
