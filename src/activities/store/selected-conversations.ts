/** Conversations that were selected, as rows for SFT: those of the export of the same name. */
import { sftMessagesRow } from '../../domain/export/episodes/messages-row.ts';
import type { JsonObject } from '../../domain/json.ts';
import { eachJudgedEpisode } from './judged-episodes.ts';
import type { Queryable } from './pool.ts';

/** In plan order; every turn of the assistant is trained on. */
export async function selectedConversations(on: Queryable, runId: string): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const judged of eachJudgedEpisode(on, runId, { selected: true, maskRefused: false })) {
    const row = sftMessagesRow(judged);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
