import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { createProofStore } from '../../../src/activities/store/activities.ts';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { countItems } from '../../../src/activities/store/items.ts';
import { query } from '../../../src/activities/store/pool.ts';
import type { EnvironmentId, InstanceId } from '../../../src/domain/ids.ts';
import { addQuestions, openStore, run } from './store-fixture.ts';

const [first, made] = ['inst-a' as InstanceId, 'inst-b' as InstanceId];

describe('instances made from finished ones', function () {
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

  it('stand behind the others of their question, with the score of the one they came from', async () => {
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

  it('are no origins themselves', async () => {
    await add();
    const finished = await createProofStore(pool).finishedInstances(run, -1);
    assert.deepEqual(
      finished.map(({ id, ordinal, question }) => ({ id, ordinal, question })),
      [{ id: first, ordinal: 2018, question: 'q-2' }],
    );
    assert.deepEqual(await createProofStore(pool).finishedInstances(run, 2018), []);
  });

  it('need an origin that is there', async () => {
    await assert.rejects(add('inst-x' as InstanceId), /has no instance "inst-x"/);
  });
});
