import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { StoreError } from '../../../src/activities/failures.ts';
import { createBodyReader, saveValue } from '../../../src/activities/store/blobs.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import { openStore } from './store-fixture.ts';

describe('a reader of single bodies', () => {
  let pool: Pool;
  let statements: number;
  let counted: Pool;

  before(async function () {
    this.timeout(60_000);
    pool = await openStore();
    counted = Object.create(pool, {
      query: { value: (text: string, values: unknown[]) => (statements++, pool.query(text, values)) },
    }) as Pool;
  });

  after(() => pool.end());

  it('reads what is asked for side by side by one statement, and what is asked for later by another', async () => {
    const [one, two] = [await saveValue(pool, { n: 1 }), await saveValue(pool, { n: 2 })];
    const read = createBodyReader(counted);
    statements = 0;

    const together = await Promise.all([read(one), read(two), read(one)]);
    const alone = await read(two);

    assert.deepEqual(together, [{ n: 1 }, { n: 2 }, { n: 1 }]);
    assert.deepEqual(alone, { n: 2 });
    assert.equal(statements, 2);
  });

  it('fails only who asked for a body that was never saved', async () => {
    const known = await saveValue(pool, { n: 3 });
    const unknown = 'f'.repeat(64) as BlobHash;
    const read = createBodyReader(counted);

    const [first, second] = await Promise.allSettled([read(unknown), read(known)]);

    assert.deepEqual(second, { status: 'fulfilled', value: { n: 3 } });
    assert.ok(first.status === 'rejected' && first.reason instanceof StoreError);
    assert.equal(first.reason.type, 'Store.NotFound');
    assert.match(first.reason.message, /fff/);
  });
});
