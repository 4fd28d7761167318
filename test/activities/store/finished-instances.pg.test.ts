import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createProofStore } from '../../../src/activities/store/activities.ts';
import { findOrphans } from '../../../src/activities/store/audit-data.ts';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { claimItems, countItems } from '../../../src/activities/store/items.ts';
import { planEnvironments } from '../../../src/activities/store/plan.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { openRun } from '../../../src/activities/store/runs.ts';
import { selectInstances } from '../../../src/activities/store/selection.ts';
import { assembleEnvironment } from '../../../src/domain/environment/assemble.ts';
import { contentId, type EnvironmentId, type InstanceId, type RunId } from '../../../src/domain/ids.ts';
import { cities, difference, proven } from '../../support/proven-tools.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { addQuestions, openStore, run } from './store-fixture.ts';

const trace = cities.nodes.map((node) => [node.id, node.subQuestion, node.answer.text, node.dependencies]);
const asked = { ...cities, id: contentId('inst', { question: cities.question, trace }) };
const environment = assembleEnvironment(asked, {
  nodes: asked.nodes,
  tools: [proven(1, { city: 'Paris' }), proven(2, { city: 'Lyon' }), difference],
  score: 0.9,
});

const [first, made] = ['inst-a' as InstanceId, 'inst-b' as InstanceId];

describe('instances that need no model', function () {
  this.timeout(60_000);
  let pool: Pool;
  beforeEach(async () => {
    pool = await openStore();
    await addQuestions(pool, [2]);
    const [body, row] = [await saveValue(pool, { instance: 'a' }), await saveValue(pool, { tools: [] })];
    await query(
      pool,
      `insert into item (run_id, kind, id, ordinal, parent_id, body, status, score, selected, tool_nodes, result_id, result_body)
       values ($1, 'instance', $2, 2018, 'q-2', $3, 'ok', 0.75, true, '{1,2}', 'environment-a', $4)`,
      [run, first, body, row],
    );
  });
  afterEach(() => pool.end());

  async function add(from: InstanceId = first): Promise<void> {
    const body = await saveValue(pool, { instance: 'b' });
    const row = await saveValue(pool, { tools: [{ id: 'tool-1' }] });
    const result = { id: 'environment-b' as EnvironmentId, body: row };
    await createProofStore(pool).addInstance({ runId: run, from, instance: { id: made, body }, result });
  }

  it('made from finished ones stand behind the others of their question, with the score of the one they came from', async () => {
    await add();
    await add();
    const rows = await query(
      pool,
      `select id, ordinal, parent_id, status, score, selected, tool_nodes, result_id from item
       where run_id = $1 and kind = 'instance' and id = $2`,
      [run, made],
    );
    assert.deepEqual(rows, [
      {
        id: made,
        ordinal: 2019,
        parent_id: 'q-2',
        status: 'ok',
        score: 0.75,
        selected: true,
        tool_nodes: [1, 2],
        result_id: 'environment-b',
      },
    ]);
    assert.deepEqual(await countItems(pool, { runId: run, kind: 'instance' }), { ok: 2 });
    const lineage = await query(pool, "select child, parent from lineage where relation = 'augmented from'");
    assert.deepEqual(lineage, [{ child: made, parent: first }]);
  });

  it('made from finished ones are no origins themselves', async () => {
    await add();
    const finished = await createProofStore(pool).finishedInstances(run, -1, 20);
    assert.deepEqual(
      finished.map(({ id, ordinal, question }) => ({ id, ordinal, question })),
      [{ id: first, ordinal: 2018, question: 'q-2' }],
    );
    assert.deepEqual(await createProofStore(pool).finishedInstances(run, 2018, 20), []);
  });

  it('made from finished ones need an origin that is there', async () => {
    await assert.rejects(add('inst-x' as InstanceId), /has no instance "inst-x"/);
  });

  it('that come with their environment wait for its replay, never for a model', async () => {
    const file = join(temporaryFolder(), 'rows.jsonl');
    await writeFile(file, `${JSON.stringify(environment)}\n${JSON.stringify(environment)}\n`);
    const config = { environments: { sources: [{ mode: 'environment', file, skipInvalid: true }] } };
    const own = 'run-2' as RunId;
    await openRun(pool, { runId: own, config });
    assert.deepEqual(await planEnvironments(pool, { runId: own }), {
      questions: 0,
      scenarios: 0,
      environments: 1,
      rejected: 1,
    });
    const claimed = { runId: own, kind: 'instance', partition: 0, partitions: 1, after: -1, limit: 50 } as const;
    assert.deepEqual((await claimItems(pool, claimed)).items, []);

    // No selection of ours sends it away, whatever its score.
    assert.deepEqual(await selectInstances(pool, { runId: own }), { scored: 0, selected: 0, threshold: null });
    const store = createProofStore(pool);
    const [waiting] = await store.importedInstances(own, -1);
    assert.equal(waiting?.id, environment.instanceId);
    assert.deepEqual(await store.loadBody(waiting.environment), environment);
    const result = { id: environment.id as EnvironmentId, body: waiting.environment };
    await store.closeInstance({ runId: own, id: waiting.id, outcome: { status: 'ok' }, result });
    assert.deepEqual(await store.importedInstances(own, -1), []);
    assert.deepEqual(await findOrphans(pool, own), []);
    assert.deepEqual(await countItems(pool, { runId: own, kind: 'instance' }), { ok: 1, 'rejected:duplicate': 1 });
  });
});
