import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Pool } from 'pg';
import { createStoreActivities } from '../../../src/activities/store/activities.ts';
import { query } from '../../../src/activities/store/pool.ts';
import type { Json } from '../../../src/domain/json.ts';
import { sourceFile } from './made-up-run.ts';
import { openStore, run } from './store-fixture.ts';

describe('planning a run', function () {
  this.timeout(60_000);
  let pool: Pool | undefined;
  const open = async (sources: Json): Promise<Pool> => {
    pool = await openStore({ environments: { sources } });
    return pool;
  };
  const plan = (on: Pool) => createStoreActivities(on).planEnvironments({ runId: run });
  const items = (on: Pool) => query(on, 'select ordinal, outcome_key, imported from item order by ordinal');
  afterEach(() => pool?.end());

  it('writes the questions of all sources once, in order, with repeats apart and duplicates refused', async () => {
    const file = await sourceFile('list.jsonl', ['"travel"', '', { domain: 'weather' }, '"travel"']);
    const on = await open([
      { mode: 'list', file, repeats: 2 },
      { mode: 'domain', domain: 'sport' },
      { mode: 'domain', domain: 'sport' },
    ]);

    const [first, second] = await Promise.all([plan(on), plan(on)]);
    const third = await plan(on);

    assert.deepEqual(first, { questions: 5, scenarios: 0, rejected: 2 });
    assert.deepEqual([second, third], [first, first]);
    assert.deepEqual(
      (await items(on)).map((item) => item['outcome_key']),
      ['open', 'open', 'open', 'open', 'rejected:duplicate', 'open', 'rejected:duplicate'],
    );
  });

  it('reads compressed files and documents of several lines', async () => {
    const zipped = await sourceFile('list.jsonl.gz', []);
    await writeFile(zipped, gzipSync('"travel"\n"weather"\n'));
    const document = await sourceFile('list.json', ['[', '"sport",', '"food"]']);
    const on = await open([
      { mode: 'list', file: zipped },
      { mode: 'list', file: document, count: 1 },
    ]);

    assert.deepEqual(await plan(on), { questions: 3, scenarios: 0, rejected: 0 });
  });

  it('refuses a file with bad lines, naming them, and leaves nothing behind', async () => {
    const file = await sourceFile('list.jsonl', ['"travel"', '{"domain": ', '{"no": 1}']);
    const on = await open([{ mode: 'list', file }]);

    await assert.rejects(plan(on), (error: Error & { type?: string }) => {
      assert.equal(error.type, 'Config.Invalid');
      assert.match(error.message, /environments\.sources\[0\].* has 2 rows that cannot be used:\nline 2: not JSON/);
      assert.match(error.message, /row 2: expected a domain name as text/);
      assert.match(error.message, /skipInvalid/);
      return true;
    });
    assert.deepEqual(await items(on), []);
  });

  it('counts bad lines instead when its source says so', async () => {
    const file = await sourceFile('list.jsonl', ['"travel"', '{"domain": ', '{"no": 1}']);
    const on = await open([{ mode: 'list', file, skipInvalid: true }]);

    assert.deepEqual(await plan(on), { questions: 1, scenarios: 0, rejected: 2 });
    assert.deepEqual(
      (await items(on)).map((item) => item['outcome_key']),
      ['open', 'rejected:line_invalid', 'rejected:row_invalid'],
    );
  });

  it('names a file that is not there', async () => {
    const on = await open([{ mode: 'list', file: '/nowhere/list.jsonl' }]);

    await assert.rejects(plan(on), {
      type: 'Config.Invalid',
      message: /sources\[0\]\.file: \/nowhere\/list\.jsonl cannot be read: ENOENT/,
    });
  });

  it('writes scenarios as items of their own kind, numbered apart, claimed and counted by themselves', async () => {
    const file = await sourceFile('scenarios.jsonl', [
      '{"scenario": "a kiosk", "domain": "trade"}',
      '"a pier"',
      '"a pier"',
    ]);
    const on = await open([
      { mode: 'domain', domain: 'sport' },
      { mode: 'scenario', file, licence: 'CC0-1.0', skipInvalid: true },
    ]);
    const store = createStoreActivities(on);

    assert.deepEqual(await plan(on), { questions: 1, scenarios: 2, rejected: 1 });

    const claim = { runId: run, kind: 'scenario', partition: 0, partitions: 1, after: -1, limit: 50 } as const;
    const { items: claimed } = await store.claimItems(claim);
    assert.deepEqual(
      claimed.map(({ id, ordinal }) => [id.startsWith('scenario-'), ordinal]),
      [
        [true, 0],
        [true, 1],
      ],
    );
    await store.closeItem({ runId: run, kind: 'scenario', id: claimed[0]?.id ?? '', outcome: failed });
    assert.deepEqual(await store.countItems({ runId: run, kind: 'scenario' }), {
      'failed:Some.Class': 1,
      open: 1,
      'rejected:duplicate': 1,
    });
    assert.deepEqual(await store.applyCorrection({ runId: run, kind: 'question' }), { reopened: 0 });
    assert.deepEqual(await store.applyCorrection({ runId: run, kind: 'scenario' }), { reopened: 1 });
  });
});

const failed = { status: 'failed', class: 'Some.Class', detail: '' } as const;
