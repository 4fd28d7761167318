import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { createStoreActivities } from '../../src/activities/store/activities.ts';
import { saveValue } from '../../src/activities/store/blobs.ts';
import { createPool, query } from '../../src/activities/store/pool.ts';
import { openRun } from '../../src/activities/store/runs.ts';
import type { InstanceId } from '../../src/domain/ids.ts';
import {
  decomposeAll,
  decompositionRow,
  goodScores,
  importedRun,
  sourceFile,
} from '../activities/store/made-up-run.ts';
import { run } from '../activities/store/store-fixture.ts';
import { freshDatabase } from '../support/postgres.ts';

describe('what the original loses or makes up, in the store', function () {
  this.timeout(60_000);
  let pool: Pool;
  afterEach(() => pool.end());

  const outcomes = async (): Promise<unknown[]> =>
    (await query(pool, "select outcome_key from item where kind = 'instance' order by ordinal")).map(
      (row) => row['outcome_key'],
    );
  const instances = async (rows: Parameters<typeof importedRun>[0]): Promise<InstanceId[]> => {
    pool = await importedRun(rows, { selection: { percentile: 0 } });
    return (await decomposeAll(pool)).map(({ id }) => id);
  };

  it('probe 19: an instance whose judges are all down has no score and is not selected', async () => {
    const [judged, unjudged] = await instances([decompositionRow('Aarhus'), decompositionRow('Bergen')]);
    const store = createStoreActivities(pool);
    await store.recordScores(await goodScores(pool, judged as InstanceId));
    const without = await store.recordScores({
      ...(await goodScores(pool, unjudged as InstanceId)),
      checks: {
        dependency: [{ node: 2, reply: null }],
        atomicity: null,
        serialization: null,
        completeness: null,
      },
      unresolved: ['atomicity: schema_invalid', 'serialization: schema_invalid', 'completeness: schema_invalid'],
    });

    assert.equal(without.score, null);
    assert.equal(without.outcome.status, 'quarantined');
    assert.deepEqual(await store.selectInstances({ runId: run }), { scored: 1, selected: 1, threshold: 1 });
    const [first, second] = await outcomes();
    assert.equal(first, 'open');
    assert.match(String(second), /^quarantined:/);
  });

  it('probe 20: string ids do not hide an inner node that is said to need no tool', async () => {
    const row = decompositionRow('Aarhus') as { nodes: { id: number; dependencies: number[] }[] };
    const nodes = row.nodes.map((node) => ({ ...node, id: String(node.id) }));
    const [instance] = await instances([{ ...row, nodes } as never]);
    const necessity = await saveValue(pool, {
      nodes: [
        { id: 1, needs_tool: false, reason: 'everybody knows' },
        { id: 2, needs_tool: true, reason: 'outside knowledge' },
      ],
    });
    const good = await goodScores(pool, instance as InstanceId);

    const { outcome } = await createStoreActivities(pool).recordScores({ ...good, necessity, checks: null });

    assert.deepEqual([outcome.status, 'rule' in outcome && outcome.rule], ['rejected', 'tool_necessity']);
  });

  it('probe 27: repeats of one prompt are apart, and the same ones after a restart', async () => {
    const file = await sourceFile('domains.jsonl', ['"Tides"']);
    const config = { environments: { sources: [{ mode: 'list', file, repeats: 3 }] } };
    const plan = async (): Promise<unknown[]> => {
      pool = createPool({ connectionString: await freshDatabase() });
      await openRun(pool, { runId: run, config });
      const store = createStoreActivities(pool);
      assert.deepEqual(await store.planEnvironments({ runId: run }), { questions: 3, scenarios: 0, rejected: 0 });
      // A worker that restarts plans again.
      assert.deepEqual(await store.planEnvironments({ runId: run }), { questions: 3, scenarios: 0, rejected: 0 });
      return query(pool, 'select id, ordinal from item order by ordinal');
    };
    const first = await plan();
    await pool.end();
    const second = await plan();

    assert.equal(new Set(first.map((item) => Reflect.get(Object(item), 'id'))).size, 3);
    assert.deepEqual(second, first);
  });

  it('probe 28: the same rows have the same ids in another database', async () => {
    const first = await instances([decompositionRow('Aarhus'), decompositionRow('Bergen')]);
    await pool.end();
    const second = await instances([decompositionRow('Aarhus'), decompositionRow('Bergen')]);

    assert.equal(new Set(first).size, 2);
    assert.deepEqual(second, first);
  });
});
