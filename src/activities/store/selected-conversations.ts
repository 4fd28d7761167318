/** Conversations that judges selected, as rows for SFT: those of the export of the same name. */
import type { JsonObject } from '../../domain/json.ts';
import type { Queryable } from './pool.ts';

export async function selectedConversations(_on: Queryable, _runId: string): Promise<JsonObject[]> {
  return [];
}
