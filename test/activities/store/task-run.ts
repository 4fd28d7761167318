/** A run of one small office with chains that were accepted or not: what tests of task construction start from. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { recordChain } from '../../../src/activities/store/chains.ts';
import type { ClaimedItem, StoredKind } from '../../../src/activities/store/contract.ts';
import { claimItems } from '../../../src/activities/store/items.ts';
import type { AskedAugmentation } from '../../../src/activities/store/task-contract.ts';
import { recordVariant } from '../../../src/activities/store/task-variants.ts';
import { recordTask } from '../../../src/activities/store/tasks.ts';
import { recordGraph } from '../../../src/activities/store/tool-graphs.ts';
import { planTools } from '../../../src/activities/store/tool-plan.ts';
import { formToolPool, recordServer } from '../../../src/activities/store/tool-servers.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { openStore, run } from './store-fixture.ts';

const tool = (name: string): JsonObject => ({
  name,
  description: `Works on the cases of an office by way of ${name.split('_')[0]}`,
  parameters: { type: 'object', properties: { subject: { type: 'string' } }, required: ['subject'] },
});
const names = ['open_case', 'read_case', 'close_case'];
const desk: Json = { base_info: { group_info: { server_name: 'desk', domain: 'office' }, tool_list: names.map(tool) } };

/** Open items of a kind, in plan order. */
export async function claim(pool: Pool, kind: StoredKind): Promise<readonly ClaimedItem[]> {
  return (await claimItems(pool, { runId: run, kind, partition: 0, partitions: 1, after: -1, limit: 50 })).items;
}

/** The single element of a list. */
export function only<T>(items: readonly T[]): T {
  assert.equal(items.length, 1);
  return items[0] as T;
}

/** The run, its chains judged as `votes` say; `more` is beside the tasks in the stage. */
export async function openTaskRun(
  folder: string,
  { tasks = {}, more = {}, votes = [true] }: { tasks?: JsonObject; more?: JsonObject; votes?: readonly boolean[] } = {},
): Promise<Pool> {
  const file = join(folder, 'servers.jsonl');
  writeFileSync(file, JSON.stringify(desk));
  const free = { toolCounts: [] };
  const stage = { servers: [{ file }], chains: { operators: ['vote'], votes: 1 }, tasks: { free, ...tasks }, ...more };
  const pool = await openStore({ trajectories: stage });
  await buildChains(pool, votes).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  return pool;
}

async function buildChains(pool: Pool, votes: readonly boolean[]): Promise<void> {
  await planTools(pool, { runId: run });
  await recordServer(pool, { runId: run, id: only(await claim(pool, 'server')).id, listing: null });
  await formToolPool(pool, { runId: run });
  const chains = votes.map((_, at) => ({ verdict: 'yes', tools: names.slice(at, at + 2), task: 'A task.' }));
  const reply = await saveValue(pool, { chains });
  const replies = [{ sample: 0, slice: 0, reply }];
  await recordGraph(pool, { runId: run, id: only(await claim(pool, 'graph')).id, replies });
  for (const [at, { id }] of (await claim(pool, 'chain')).entries()) await vote(pool, id, votes[at] ?? false);
}

async function vote(pool: Pool, id: string, valid: boolean): Promise<void> {
  const said = valid ? 'said' : '';
  const reply = { reason: '', is_valid: valid, task_description: said, user_query: said, task_plan: said };
  const votes = [await saveValue(pool, reply)];
  await recordChain(pool, { runId: run, id, asked: ['vote'], dependency: null, votes, backTranslations: [] });
}

/** Records the next open task as written with this question. */
export async function record(
  pool: Pool,
  question: string,
  augmentations: readonly AskedAugmentation[] = [],
): ReturnType<typeof recordTask> {
  const [task] = await claim(pool, 'task');
  const written = { server_analysis: 'An office.', target_tools: names.slice(0, 2), question };
  return recordTask(pool, { runId: run, id: task?.id ?? '', reply: await saveValue(pool, written), augmentations });
}

const rating = (score: number): JsonObject => ({ reason: 'so', score });
export const scores = (quality = 5): JsonObject => ({
  tool_selection_difficulty: rating(2),
  tool_selection_uniqueness: rating(4),
  question_quality: rating(quality),
  scenario_realism: rating(4),
  tool_use_necessity: rating(4),
});

/** Scores every open variant well. */
export async function passAll(pool: Pool): Promise<void> {
  for (const { id } of await claim(pool, 'variant'))
    await recordVariant(pool, { runId: run, id, score: await saveValue(pool, scores()), withoutTools: null });
}
