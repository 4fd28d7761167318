/** A migrated database of its own with one open run, and the few rows that tests of the store start from. */
import type { Pool } from 'pg';
import type { CallRecord } from '../../../src/activities/llm/contract.ts';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { createPool, query } from '../../../src/activities/store/pool.ts';
import { openRun } from '../../../src/activities/store/runs.ts';
import type { CallKey, RunId } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { freshDatabase } from '../../support/postgres.ts';

export const run = 'run-1' as RunId;

export const smallConfig: Json = { environments: { sources: [{ mode: 'domain', domain: 'travel' }] } };

export async function openStore(config: Json = smallConfig): Promise<Pool> {
  const pool = createPool({ connectionString: await freshDatabase() });
  await openRun(pool, { runId: run, config });
  return pool;
}

/** Question items with these ordinals, ids "q-<ordinal>". */
export async function addQuestions(pool: Pool, ordinals: readonly number[]): Promise<void> {
  for (const ordinal of ordinals) {
    const body = await saveValue(pool, { question: ordinal });
    await query(pool, "insert into item (run_id, kind, id, ordinal, body) values ($1, 'question', $2, $3, $4)", [
      run,
      `q-${ordinal}`,
      ordinal,
      body,
    ]);
  }
}

export function callRecord(key: string, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    key: key as CallKey,
    prompt: 'decomposition/decompose',
    promptHash: 'p'.repeat(64),
    model: 'teacher',
    endpoint: 'localhost:1',
    sample: 0,
    request: '{"messages":[]}',
    content: '{"ok":true}',
    reasoning: null,
    finishReason: 'stop',
    promptTokens: 100,
    completionTokens: 20,
    cost: 0.1,
    latencyMs: 12.5,
    attempt: 1,
    ...changes,
  };
}
