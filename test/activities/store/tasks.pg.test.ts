import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { recordChain } from '../../../src/activities/store/chains.ts';
import { claimItems, countItems } from '../../../src/activities/store/items.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { reopenItems } from '../../../src/activities/store/retry.ts';
import { planTasks } from '../../../src/activities/store/task-plan.ts';
import { selectTasks } from '../../../src/activities/store/task-selection.ts';
import { recordScripts, recordVariant } from '../../../src/activities/store/task-variants.ts';
import { recordTask } from '../../../src/activities/store/tasks.ts';
import { recordGraph } from '../../../src/activities/store/tool-graphs.ts';
import { planTools } from '../../../src/activities/store/tool-plan.ts';
import { formToolPool, recordServer } from '../../../src/activities/store/tool-servers.ts';
import { checkTasks } from '../../../src/cli/audit/check-tasks.ts';
import { EpisodePlan } from '../../../src/domain/episode/schema.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { openStore, run } from './store-fixture.ts';

const tool = (name: string): JsonObject => ({
  name,
  description: `Works on the cases of an office by way of ${name.split('_')[0]}`,
  parameters: { type: 'object', properties: { subject: { type: 'string' } }, required: ['subject'] },
});
const names = ['open_case', 'read_case', 'close_case'];
const desk: Json = { base_info: { group_info: { server_name: 'desk', domain: 'office' }, tool_list: names.map(tool) } };

const rating = (score: number): JsonObject => ({ reason: 'so', score });
const scores = (quality = 5): JsonObject => ({
  tool_selection_difficulty: rating(2),
  tool_selection_uniqueness: rating(4),
  question_quality: rating(quality),
  scenario_realism: rating(4),
  tool_use_necessity: rating(4),
});

describe('task construction in the store', function () {
  this.timeout(60_000);
  let pool: Pool;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-tasks-'));
  });
  afterEach(async () => {
    await pool.end();
    rmSync(folder, { recursive: true });
  });

  const save = (value: JsonObject): Promise<BlobHash> => saveValue(pool, value);
  const claim = async (kind: 'server' | 'graph' | 'chain' | 'task' | 'variant' | 'episode') =>
    (await claimItems(pool, { runId: run, kind, partition: 0, partitions: 1, after: -1, limit: 50 })).items;
  const count = (kind: 'task' | 'variant' | 'episode') => countItems(pool, { runId: run, kind });
  const only = <T>(items: readonly T[]): T => {
    assert.equal(items.length, 1);
    return items[0] as T;
  };

  /** A run of one server whose single chain is accepted or not. */
  async function open(tasks: JsonObject, more: JsonObject = {}, votes = [true]): Promise<void> {
    const file = join(folder, 'servers.jsonl');
    writeFileSync(file, JSON.stringify(desk));
    const free = { toolCounts: [] };
    const trajectories = { servers: [{ file }], chains: { operators: ['vote'], votes: 1 }, tasks: { free, ...tasks } };
    pool = await openStore({ trajectories: { ...trajectories, ...more } });
    await planTools(pool, { runId: run });
    await recordServer(pool, { runId: run, id: only(await claim('server')).id, listing: null });
    await formToolPool(pool, { runId: run });
    const chains = votes.map((_, at) => ({ verdict: 'yes', tools: names.slice(at, at + 2), task: 'A task.' }));
    const reply = await save({ chains });
    await recordGraph(pool, {
      runId: run,
      id: only(await claim('graph')).id,
      replies: [{ sample: 0, slice: 0, reply }],
    });
    for (const [at, { id }] of (await claim('chain')).entries()) await vote(id, votes[at] ?? false);
  }
  async function vote(id: string, valid: boolean): Promise<void> {
    const said = valid ? 'said' : '';
    const votes = [
      await save({ reason: '', is_valid: valid, task_description: said, user_query: said, task_plan: said }),
    ];
    await recordChain(pool, { runId: run, id, asked: ['vote'], dependency: null, votes, backTranslations: [] });
  }

  const written = (question: string): JsonObject => ({
    server_analysis: 'An office.',
    target_tools: names.slice(0, 2),
    question,
  });
  async function record(question: string, augmentations: Parameters<typeof recordTask>[1]['augmentations'] = []) {
    const [task] = await claim('task');
    return recordTask(pool, { runId: run, id: task?.id ?? '', reply: await save(written(question)), augmentations });
  }
  const diverse = async (...variations: JsonObject[]) => ({
    mode: 'diverse' as const,
    persona: null,
    reply: await save({ variations }),
    why: null,
  });
  const passAll = async (): Promise<void> => {
    for (const { id } of await claim('variant'))
      await recordVariant(pool, { runId: run, id, score: await save(scores()), withoutTools: null });
  };

  it('asks for tasks of chains that passed and of the server itself, once', async () => {
    await open({ perChain: 2, free: { toolCounts: [1, 5], perCount: 1 } }, {}, [true, false]);

    const planned = await planTasks(pool, { runId: run });

    // Two of the accepted chain, one free one: the server has no five tools. A refused chain gives none.
    assert.deepEqual(planned, { tasks: 3 });
    assert.deepEqual(await planTasks(pool, { runId: run }), planned);
    const tasks = await claim('task');
    assert.deepEqual(
      tasks.map(({ mode }) => mode),
      ['plan', 'plan', 'free'],
    );
    assert.ok(tasks.every(({ server }) => typeof server === 'string'));
  });

  it('emits the original once when every augmentation failed, and keeps why', async () => {
    await open({});
    await planTasks(pool, { runId: run });
    const failed = { mode: 'complicate' as const, persona: null, reply: null, why: 'Provider.ContentFilter: no' };

    const first = await record('Begin a new file for "Lena Ortiz" and tell me what is in it.', [failed, failed]);

    assert.deepEqual(first, { outcome: { status: 'ok' }, variants: 1 });
    assert.deepEqual(await count('variant'), { open: 1 });
    const [row] = await query<{ verdict: string }>(
      pool,
      "select b.body as verdict from item join blob b on b.hash = item.verdict where kind = 'task'",
      [],
    );
    assert.match(row?.verdict ?? '', /Provider\.ContentFilter/);
  });

  it('checks every variation by itself: a bad one is closed by its rule and costs no other', async () => {
    await open({ augment: { variations: 3 } });
    await planTasks(pool, { runId: run });
    const reply = await diverse(
      { question: 'Use open_case for "Tomas".', context: null, constraints: [] },
      { question: 'A matter has come up for "Tomas": start it and report on it.', context: 'x', constraints: [] },
      { text: 'no question' },
    );

    const recorded = await record('Begin a new file for "Lena Ortiz" and tell me what is in it.', [reply]);
    const again = await recordTask(pool, {
      runId: run,
      id: (await query<{ id: string }>(pool, "select id from item where kind = 'task'", []))[0]?.id ?? '',
      reply: null,
      augmentations: [],
    });

    assert.equal(recorded.variants, 3);
    assert.deepEqual(await count('variant'), { open: 2, 'rejected:names_tool': 1 });
    assert.deepEqual(again, { outcome: { status: 'ok' }, variants: 3 });
  });

  it('refuses a task by the rule it breaks: no variant is scored', async () => {
    await open({});
    await planTasks(pool, { runId: run });

    const { outcome } = await record('How do I begin a new file for somebody?');

    assert.equal(outcome.status === 'rejected' && outcome.rule, 'asks_how');
    assert.deepEqual([await count('task'), await count('variant')], [{ 'rejected:asks_how': 1 }, {}]);
  });

  it('gates variants by their scores, and a closed one keeps its outcome', async () => {
    await open({});
    await planTasks(pool, { runId: run });
    await record('Begin a new file for "Lena Ortiz" and tell me what is in it.');
    const { id } = only(await claim('variant'));
    const judge = async (quality: number) =>
      recordVariant(pool, { runId: run, id, score: await save(scores(quality)), withoutTools: null });

    const { outcome } = await judge(3);

    assert.equal(outcome.status === 'rejected' && outcome.rule, 'low_question_quality');
    assert.deepEqual((await judge(5)).outcome, { ...outcome });
    await query(pool, "update item set status = 'ok', reason = '' where kind = 'variant'", []);
    assert.match(
      (await checkTasks(pool, run)).findings[0]?.detail ?? '',
      /give rejected:low_question_quality, recorded ok/,
    );
  });

  it('keeps one of two near-duplicates, the earlier in the plan, and opens its episodes once', async () => {
    await open({ perChain: 2 }, { episodes: { perTask: 2 } });
    await planTasks(pool, { runId: run });
    const question = 'Please begin a new file for "Lena Ortiz" at the office and tell me afterwards what is in it';
    await record(`${question}.`);
    await record(`${question} now.`);
    await passAll();

    const chosen = await selectTasks(pool, { runId: run });

    assert.deepEqual(chosen, { kept: 1, duplicates: 1, episodes: 2 });
    assert.deepEqual(await selectTasks(pool, { runId: run }), chosen);
    assert.deepEqual(await count('variant'), { ok: 1, 'rejected:near_duplicate': 1 });
    const [first] = await query<{ ordinal: number }>(
      pool,
      "select ordinal from item where kind = 'variant' and status = 'ok'",
      [],
    );
    const all = await query<{ ordinal: number }>(
      pool,
      "select min(ordinal) as ordinal from item where kind = 'variant'",
      [],
    );
    assert.equal(first?.ordinal, all[0]?.ordinal);
    assert.equal(await reopenItems(pool, run, { only: 'rejected', stage: 'variant' }), 0);
    assert.deepEqual(await checkTasks(pool, run), { tasks: 2, judged: 2, findings: [] });
    await query(pool, "update item set status = 'ok', reason = '' where kind = 'variant'", []);
    assert.deepEqual(
      (await checkTasks(pool, run)).findings.map(({ detail }) => detail),
      ['the comparison of all questions decides otherwise'],
    );
  });

  it('waits for the script of a user who forgets, and plays without the value', async () => {
    const kinds = { single: 0, missing_parameter: 1 };
    await open({}, { episodes: { kinds, count: 1 } });
    await planTasks(pool, { runId: run });
    await record('Begin a new file for "Lena Ortiz" and tell me what is in it.');
    const { id } = only(await claim('variant'));
    const said = await recordVariant(pool, { runId: run, id, score: await save(scores()), withoutTools: null });
    const reply = await save({
      goal: 'A file.',
      known: [],
      withheld: [{ name: 'subject', value: 'Lena Ortiz' }],
      question: 'Begin a new file and tell me what is in it.',
      later: null,
    });

    assert.deepEqual(said, { outcome: { status: 'ok' }, scripts: [{ n: 0, kind: 'missing_parameter' }] });
    assert.deepEqual(await count('variant'), { open: 1 });
    await recordScripts(pool, { runId: run, id, scripts: [{ n: 0, kind: 'missing_parameter', reply, why: null }] });
    assert.deepEqual(await selectTasks(pool, { runId: run }), { kept: 1, duplicates: 0, episodes: 1 });
    const episode = only(await claim('episode'));
    const [body] = await query<{ body: string }>(pool, 'select body from blob where hash = $1', [episode.body]);
    const plan = EpisodePlan.parse(JSON.parse(body?.body ?? ''));
    assert.deepEqual(
      [plan.kind, plan.question, plan.user?.withheld, plan.expects],
      [
        'missing_parameter',
        'Begin a new file and tell me what is in it.',
        [{ name: 'subject', value: 'Lena Ortiz' }],
        'calls',
      ],
    );
  });

  it('opens no episode that needs a script and has none, and none at all when tasks are the end', async () => {
    await open({}, { episodes: { kinds: { single: 0, changed_mind: 1 } } });
    await planTasks(pool, { runId: run });
    await record('Begin a new file for "Lena Ortiz" and tell me what is in it.');
    const { id } = only(await claim('variant'));
    await recordVariant(pool, { runId: run, id, score: await save(scores()), withoutTools: null });
    await recordScripts(pool, {
      runId: run,
      id,
      scripts: [{ n: 0, kind: 'changed_mind', reply: null, why: 'script_without_wish: nothing' }],
    });

    assert.deepEqual(await selectTasks(pool, { runId: run }), { kept: 1, duplicates: 0, episodes: 0 });
  });

  it('refuses a set of personas that cannot be used before anything is asked', async () => {
    const file = join(folder, 'personas.jsonl');
    writeFileSync(file, `${JSON.stringify({ professional_persona: 'Nurse', skills_and_expertise_list: "['a']" })}\n`);
    const personas = { file, licence: 'CC0' };

    await assert.rejects(open({ augment: { modes: ['persona'], personas } }), /personas.*\nrow 1: .*JSON list/s);
  });
});
