/** A run of trajectory synthesis that nothing but the store made: one server, one task, and judged episodes of its variant. */
import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { saveValue, toBody } from '../../../src/activities/store/blobs.ts';
import { insertItems, type NewItem } from '../../../src/activities/store/insert-items.ts';
import { query, transaction } from '../../../src/activities/store/pool.ts';
import type { Episode } from '../../../src/domain/episode/schema.ts';
import type { EpisodeVerdict } from '../../../src/domain/episode/verdict/schema.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { madeUpEpisode, madeUpVerdict } from '../../domain/episode/made-up-episode.ts';
import { madeUpTask } from '../../domain/episode/made-up-task.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openStore, run } from './store-fixture.ts';

export interface MadeUpEpisode {
  readonly id: string;
  readonly overall: number | null;
  readonly changes?: Partial<Episode>;
  /** Ids of calls that the judge refused. */
  readonly refused?: readonly string[];
}

const asJson = (value: object): JsonObject => value as JsonObject; // fixtures hold JSON values only

/** The run with its episodes closed; nothing is selected yet. */
export async function judgedRun(episodes: readonly MadeUpEpisode[], selection: Json = {}): Promise<Pool> {
  const file = `${temporaryFolder()}/servers.jsonl`;
  const pool = await openStore({ trajectories: { servers: [{ file }], selection } });
  const task = madeUpTask();
  const server = await saveValue(pool, asJson(task.server));
  await insert(pool, 'graph', [
    { id: 'graph-1', ordinal: 0, body: toBody(asJson(task.server)), outcome: { status: 'ok' } },
  ]);
  const order = {
    server,
    mode: 'plan',
    chain: { id: 'chain-1', tools: [...(task.chain ?? [])] },
    toolCount: 2,
    sample: 0,
  };
  const body = toBody({ ...order, personas: [], given: null });
  await insert(pool, 'task', [{ id: 'task-1', ordinal: 0, body, outcome: { status: 'ok' } }]);
  const variant = toBody(asJson({ ...task.variant, server }));
  await insert(pool, 'variant', [
    { id: 'variant-1', ordinal: 0, parentId: 'task-1', body: variant, outcome: { status: 'ok' } },
  ]);
  const scores = await saveValue(pool, { scores: asJson(task.scores ?? {}), withoutTools: null, scripts: [] });
  await query(pool, "update item set verdict = $2 where run_id = $1 and kind = 'variant'", [run, scores]);
  for (const [at, episode] of episodes.entries()) await addEpisode(pool, episode, { at, server });
  return pool;
}

async function insert(
  pool: Pool,
  kind: 'graph' | 'task' | 'variant' | 'episode',
  items: readonly NewItem[],
): Promise<void> {
  await transaction(pool, (client) => insertItems(client, { runId: run, kind, items }));
}

async function addEpisode(
  pool: Pool,
  { id, overall, changes, refused = [] }: MadeUpEpisode,
  { at, server }: { at: number; server: string },
): Promise<void> {
  const plain = madeUpEpisode(changes);
  const episode = { ...plain, id, plan: { ...plain.plan, server } };
  const result = toBody(asJson(episode));
  const outcome =
    overall === null
      ? ({ status: 'quarantined', judge: 'trajectory/judge-query', detail: '' } as const)
      : ({ status: 'ok' } as const);
  await insert(pool, 'episode', [
    { id, ordinal: at, parentId: 'variant-1', body: toBody(asJson(episode.plan)), outcome },
  ]);
  const calls = await saveValue(pool, callsReply(episode.messages, refused));
  const { score, ...verdict } = madeUpVerdict();
  const judged: EpisodeVerdict = {
    ...verdict,
    judges: [{ query: calls, calls, answer: calls, steps: [], lacking: [] }],
    score: { ...score, overall },
  };
  const body = await saveValue(pool, asJson(judged));
  await saveValue(pool, asJson(episode));
  await query(
    pool,
    "update item set result_id = $3, result_body = $4, verdict = $5, score = $6 where run_id = $1 and kind = 'episode' and id = $2",
    [run, id, `conversation-${at}`, result.hash, body, overall],
  );
}

function callsReply(messages: Episode['messages'], refused: readonly string[]): Json {
  const ids = messages.flatMap((one) => (one.role === 'assistant' ? (one.tool_calls ?? []).map(({ id }) => id) : []));
  return {
    calls: ids.map((id) => ({
      call_id: id,
      argument_sources: [],
      reason: 'said so',
      score: refused.includes(id) ? 0 : 1,
      succeeded: true,
    })),
  };
}

/** The rows of a JSONL file. */
export function rowsOf(path: string): Record<string, Json>[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, Json>); // rows are objects
}
