import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { claimItems, closeItem, countItems } from '../../../src/activities/store/items.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { addQuestions, openStore, run } from './store-fixture.ts';

describe('items of a run', function () {
  this.timeout(60_000);
  let pool: Pool;
  beforeEach(async () => {
    pool = await openStore();
  });
  afterEach(() => pool.end());

  const claim = async (partition: number, after: number, limit = 50): Promise<number[]> => {
    const page = await claimItems(pool, { runId: run, kind: 'question', partition, partitions: 3, after, limit });
    return page.items.map((item) => item.ordinal);
  };

  it('are claimed in pages of a partition, in plan order, none twice and none left out', async () => {
    await addQuestions(pool, [8, 3, 0, 1, 2, 4, 5, 6, 7]);

    assert.deepEqual(await claim(0, -1), [0, 3, 6]);
    assert.deepEqual(await claim(1, -1, 2), [1, 4]);
    assert.deepEqual(await claim(1, 4, 2), [7]);
    assert.deepEqual(await claim(1, 7, 2), []);
    assert.deepEqual(await claim(2, -1), [2, 5, 8]);
    assert.deepEqual(await claim(2, -1), [2, 5, 8], 'claiming changes nothing');
  });

  it('come at most fifty at a time', async () => {
    await addQuestions(
      pool,
      Array.from({ length: 60 }, (_, ordinal) => ordinal),
    );

    const page = await claimItems(pool, {
      runId: run,
      kind: 'question',
      partition: 0,
      partitions: 1,
      after: -1,
      limit: 999,
    });

    assert.equal(page.items.length, 50);
  });

  it('keep their first outcome', async () => {
    await addQuestions(pool, [0, 1]);
    const close = { runId: run, kind: 'question', id: 'q-0' } as const;

    const first = await closeItem(pool, {
      ...close,
      outcome: { status: 'rejected', rule: 'cycle', detail: '1 → 2 → 1' },
    });
    const second = await closeItem(pool, { ...close, outcome: { status: 'ok' } });
    const third = await closeItem(pool, { ...close, outcome: { status: 'ok' } });

    assert.deepEqual([first, second, third], [true, false, false]);
    assert.deepEqual(await countItems(pool, { runId: run, kind: 'question' }), { open: 1, 'rejected:cycle': 1 });
    assert.deepEqual(await claim(0, -1), []);
  });

  it('keep what was made from them, once', async () => {
    await addQuestions(pool, [0]);
    const body = await saveValue(pool, { made: true });
    const close = {
      runId: run,
      kind: 'question',
      id: 'q-0',
      outcome: { status: 'ok' },
      result: { id: 'env-1', body },
    } as const;

    await closeItem(pool, close);
    await closeItem(pool, close);

    assert.deepEqual(await query(pool, 'select child, parent, relation from lineage'), [
      { child: 'env-1', parent: 'q-0', relation: 'built from' },
    ]);
  });

  it('must exist to be closed', async () => {
    const unknown = { runId: run, kind: 'question', id: 'q-404', outcome: { status: 'ok' } } as const;

    await assert.rejects(closeItem(pool, unknown), {
      type: 'Store.NotFound',
      message: 'Run "run-1" has no question "q-404" to close',
    });
  });

  it('refuse a result that was never stored', async () => {
    await addQuestions(pool, [0]);
    const result = { id: 'env-1', body: 'f'.repeat(64) as never };

    await assert.rejects(
      closeItem(pool, { runId: run, kind: 'question', id: 'q-0', outcome: { status: 'ok' }, result }),
      {
        type: 'Store.Constraint',
      },
    );
  });
});
