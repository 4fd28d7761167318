/** Lines of the exported files, read page by page in plan order. */
import { z } from 'zod';
import { Instance, NecessityReply } from '../../domain/decomposition/schema.ts';
import type { InstanceScore } from '../../domain/decomposition/scores.ts';
import { Environment } from '../../domain/environment/schema.ts';
import { astraEnvironmentRow } from '../../domain/export/astra-environment-row.ts';
import { decompositionRow } from '../../domain/export/decomposition-row.ts';
import { astraRow, candidateRow, openAiToolsRow } from '../../domain/export/environment-rows.ts';
import type { ExportFormat } from '../../domain/export/formats.ts';
import { statefulToolsRow } from '../../domain/export/stateful-rows.ts';
import type { Json } from '../../domain/json.ts';
import { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import { eachResult } from './audit-data.ts';
import { type ChainFormat, eachChainRow, isChainFormat } from './chain-rows.ts';
import { type ExportOptions, eachEpisodePart, type FilePart, isEpisodeFormat } from './episode-rows.ts';
import { jsonLine } from './json-line.ts';
import { eachPlayablePart, isPlayableFormat } from './playable-rows.ts';
import { type Queryable, query } from './pool.ts';
import { fitting, parseStored } from './stored-body.ts';

type EnvironmentFormat = Extract<
  ExportFormat,
  'environments' | 'astra' | 'openai-tools' | 'candidates' | 'astra-environments'
>;

/** The pieces of a format's file, in plan order. */
export async function* eachPart(
  on: Queryable,
  runId: string,
  { format, maskRefused }: ExportOptions & { readonly format: Exclude<ExportFormat, 'card'> },
): AsyncGenerator<FilePart, void> {
  if (isEpisodeFormat(format)) return yield* eachEpisodePart(on, runId, { format, maskRefused });
  if (isPlayableFormat(format)) return yield* eachPlayablePart(on, runId, format);
  for await (const data of eachLine(on, runId, format)) yield { data, rows: 1, leftOut: 0 };
}

/** One line per row, with its end. */
async function* eachLine(
  on: Queryable,
  runId: string,
  format: EnvironmentFormat | ChainFormat | 'decompositions' | 'stateful',
): AsyncGenerator<string, void> {
  if (format === 'decompositions') return yield* eachDecomposition(on, runId);
  if (isChainFormat(format)) {
    for await (const row of eachChainRow(on, runId, format)) yield jsonLine(row);
    return;
  }
  if (format === 'stateful') {
    for await (const { value } of eachResult(on, runId, 'scenario')) yield jsonLine(value);
    return;
  }
  for await (const { value, id } of eachResult(on, runId, 'instance'))
    yield jsonLine(environmentRow(format, value, id));
  if (format !== 'openai-tools') return;
  for await (const { value, id } of eachResult(on, runId, 'scenario'))
    yield jsonLine(statefulToolsRow(fitting(StatefulEnvironment, value, id)));
}

function environmentRow(format: EnvironmentFormat, value: Json, id: string): Json {
  // Our own rows are the stored bodies as they are, so that their ids can be recomputed from the file.
  if (format === 'environments') return value;
  const environment = fitting(Environment, value, id);
  switch (format) {
    case 'astra':
      return astraRow(environment);
    case 'openai-tools':
      return openAiToolsRow(environment);
    case 'candidates':
      return candidateRow(environment);
    case 'astra-environments':
      return astraEnvironmentRow(environment);
  }
}

const StoredVerdict = z.object({ necessity: NecessityReply, score: z.custom<InstanceScore>() });

const pageSize = 200;

async function* eachDecomposition(on: Queryable, runId: string): AsyncGenerator<string, void> {
  let after = -1;
  for (;;) {
    const page = await query<ScoredRow>(on, scoredSql, [runId, after, pageSize]);
    for (const row of page) {
      const instance = parseStored(Instance, row.body, row.id);
      const verdict = parseStored(StoredVerdict, row.verdict, row.id);
      yield jsonLine(decompositionRow({ instance, ...verdict, selected: row.selected }));
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.ordinal ?? after;
  }
}

interface ScoredRow {
  readonly id: string;
  readonly ordinal: number;
  readonly selected: boolean;
  readonly body: string;
  readonly verdict: string;
}

const scoredSql = `
  select i.id, i.ordinal, i.selected, b.body, v.body as verdict
  from item i join blob b on b.hash = i.body join blob v on v.hash = i.verdict
  where i.run_id = $1 and i.kind = 'instance' and i.score is not null and i.ordinal > $2
  order by i.ordinal limit $3`;
