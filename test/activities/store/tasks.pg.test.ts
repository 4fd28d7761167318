import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import type { StoredKind } from '../../../src/activities/store/contract.ts';
import { countItems } from '../../../src/activities/store/items.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { reopenItems } from '../../../src/activities/store/retry.ts';
import type { AskedAugmentation } from '../../../src/activities/store/task-contract.ts';
import { planTasks } from '../../../src/activities/store/task-plan.ts';
import { selectTasks } from '../../../src/activities/store/task-selection.ts';
import { recordScripts, recordVariant } from '../../../src/activities/store/task-variants.ts';
import { recordTask } from '../../../src/activities/store/tasks.ts';
import { checkTasks } from '../../../src/cli/audit/check-tasks.ts';
import { EpisodePlan } from '../../../src/domain/episode/schema.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { run } from './store-fixture.ts';
import { claim as claimed, only, openTaskRun, passAll, record as recorded, scores } from './task-run.ts';

describe('task construction in the store', function () {
  this.timeout(60_000);
  let pool: Pool;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-tasks-'));
  });
  afterEach(async () => {
    if (!pool.ended) await pool.end();
    rmSync(folder, { recursive: true });
  });

  const save = (value: JsonObject): Promise<BlobHash> => saveValue(pool, value);
  const claim = (kind: StoredKind) => claimed(pool, kind);
  const count = (kind: 'task' | 'variant' | 'episode') => countItems(pool, { runId: run, kind });
  const open = async (tasks: JsonObject, more: JsonObject = {}, votes = [true]): Promise<void> =>
    void (pool = await openTaskRun(folder, { tasks, more, votes }));
  const record = (question: string, augmentations: readonly AskedAugmentation[] = []) =>
    recorded(pool, question, augmentations);
  const diverse = async (...variations: JsonObject[]) => ({
    mode: 'diverse' as const,
    persona: null,
    reply: await save({ variations }),
    why: null,
  });

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

    const first = await record('Begin a new file for "Lena Ortiz" and tell me what is in it.', [reply]);
    const again = await recordTask(pool, {
      runId: run,
      id: (await query<{ id: string }>(pool, "select id from item where kind = 'task'", []))[0]?.id ?? '',
      reply: null,
      augmentations: [],
    });

    assert.equal(first.variants, 3);
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
    await passAll(pool);

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

  it('takes tasks of a file for servers of the pool, checks them like its own, and refuses those of others by name', async () => {
    const file = join(folder, 'tasks.jsonl');
    const row = (server: string, tools: string[], rating = 'good.'): JsonObject => ({
      query_info: {
        generated_question: 'Begin a new file for "Lena Ortiz".',
        target_tools: tools,
        query_score_info: { quality_scores: { question_quality: rating } },
      },
      mcp_info: { base_info: { group_info: { server_name: server }, tool_list: [] } },
    });
    const rows = [
      row('desk', ['open_case']),
      row('desk', ['ghost']),
      row('nobody', ['open_case']),
      row('desk', ['x'], 'so'),
    ];
    writeFileSync(file, rows.map((one) => JSON.stringify(one)).join('\n'));
    await open({ perChain: 0, imports: [{ file, skipInvalid: true }] });

    await planTasks(pool, { runId: run });
    const tasks = await claim('task');
    for (const { id } of tasks) await recordTask(pool, { runId: run, id, reply: null, augmentations: [] });

    assert.ok(tasks.every(({ imported }) => imported));
    assert.deepEqual(await count('task'), {
      ok: 1,
      'rejected:row_invalid': 1,
      'rejected:unknown_server': 1,
      'rejected:unknown_tool': 1,
    });
    assert.deepEqual(await count('variant'), { open: 1 });
    assert.deepEqual((await checkTasks(pool, run)).findings, []);
  });

  it('refuses a set of personas that cannot be used before anything is asked', async () => {
    const file = join(folder, 'personas.jsonl');
    writeFileSync(file, `${JSON.stringify({ professional_persona: 'Nurse', skills_and_expertise_list: "['a']" })}\n`);
    const augment = { modes: ['persona'], personas: { file, licence: 'CC0' } };

    await assert.rejects(openTaskRun(folder, { tasks: { augment } }), /personas.*\nrow 1: .*JSON list/s);
  });
});
