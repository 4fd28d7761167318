/** Files of trajectory synthesis: tasks, judged conversations in the shapes of several trainers, recorded answers of tools. */
import { astraSftRow, astraTaskRow } from '../../domain/export/episodes/astra-rows.ts';
import { atifRow } from '../../domain/export/episodes/atif-row.ts';
import type { JudgedEpisode } from '../../domain/export/episodes/judged-episode.ts';
import { isMasked, sftMessagesRow, trajectoryRow } from '../../domain/export/episodes/messages-row.ts';
import { shareGptRow } from '../../domain/export/episodes/share-gpt-row.ts';
import { traceRow } from '../../domain/export/episodes/trace-row.ts';
import { verlColumns, verlRow } from '../../domain/export/episodes/verl-row.ts';
import type { ExportFormat } from '../../domain/export/formats.ts';
import type { JsonObject } from '../../domain/json.ts';
import { jsonLine } from './json-line.ts';
import { eachJudgedEpisode } from './judged-episodes.ts';
import { parquetBytes } from './parquet-file.ts';
import type { Queryable } from './pool.ts';
import { createTaskReader, eachScoredTask } from './scored-tasks.ts';
import { eachRecording } from './tool-recordings.ts';

const formats = [
  'sft-messages',
  'verl-sft',
  'sharegpt',
  'astra-sft',
  'trajectories',
  'atif',
  'traces',
  'tasks',
  'recordings',
] as const satisfies readonly ExportFormat[];
export type EpisodeFormat = (typeof formats)[number];

export function isEpisodeFormat(format: ExportFormat): format is EpisodeFormat {
  return formats.some((known) => known === format);
}

export interface ExportOptions {
  /** Do not train on turns with a call that the judge refused; a shape that cannot say so leaves the conversation out. */
  readonly maskRefused: boolean;
}

/** A piece of a file, and what it stands for. */
export interface FilePart {
  readonly data: string | Uint8Array;
  readonly rows: number;
  /** Rows that have no place in this shape. */
  readonly leftOut: number;
}

/** The pieces of a format's file, in plan order. */
export async function* eachEpisodePart(
  on: Queryable,
  runId: string,
  { format, maskRefused }: ExportOptions & { readonly format: EpisodeFormat },
): AsyncGenerator<FilePart, void> {
  if (format === 'verl-sft') return yield* verlParts(on, runId, { maskRefused });
  for await (const row of eachEpisodeRow(on, runId, { format, maskRefused }))
    yield row === null ? { data: '', rows: 0, leftOut: 1 } : { data: jsonLine(row), rows: 1, leftOut: 0 };
}

/** Null for a row that is left out. */
async function* eachEpisodeRow(
  on: Queryable,
  runId: string,
  { format, maskRefused }: ExportOptions & { readonly format: Exclude<EpisodeFormat, 'verl-sft'> },
): AsyncGenerator<JsonObject | null, void> {
  if (format === 'recordings') return yield* eachRecording(on, runId);
  if (format === 'tasks') {
    for await (const { id, task } of eachScoredTask(on, runId)) yield astraTaskRow(id, task);
    return;
  }
  if (format === 'trajectories' || format === 'atif' || format === 'traces') {
    const write = { trajectories: trajectoryRow, atif: atifRow, traces: traceRow }[format];
    for await (const one of eachJudgedEpisode(on, runId, { selected: false, maskRefused: false })) yield write(one);
    return;
  }
  const write = rowWriter(on, runId, format);
  for await (const one of eachJudgedEpisode(on, runId, { selected: true, maskRefused })) yield write(one);
}

function rowWriter(
  on: Queryable,
  runId: string,
  format: 'sft-messages' | 'sharegpt' | 'astra-sft',
): (judged: JudgedEpisode) => Promise<JsonObject | null> {
  if (format === 'sft-messages') return async (judged) => sftMessagesRow(judged) ?? null;
  const taskOf = createTaskReader(on, runId);
  return async (judged) => {
    if (isMasked(judged)) return null;
    return format === 'sharegpt' ? shareGptRow(judged) : astraSftRow(judged, await taskOf(judged.episode.plan.variant));
  };
}

/** Parquet is written by groups of rows, so the count stands with the last piece. */
async function* verlParts(
  on: Queryable,
  runId: string,
  { maskRefused }: ExportOptions,
): AsyncGenerator<FilePart, void> {
  let [rows, leftOut] = [0, 0];
  async function* wanted(): ReturnType<typeof eachJudgedEpisode> {
    for await (const one of eachJudgedEpisode(on, runId, { selected: true, maskRefused })) {
      if (isMasked(one)) leftOut += 1;
      else {
        rows += 1;
        yield one;
      }
    }
  }
  async function* verlRows(): AsyncGenerator<ReturnType<typeof verlRow>, void> {
    for await (const one of wanted()) yield verlRow(one);
  }
  for await (const data of parquetBytes(verlColumns, verlRows())) yield { data, rows: 0, leftOut: 0 };
  yield { data: '', rows, leftOut };
}
