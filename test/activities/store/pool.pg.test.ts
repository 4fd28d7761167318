import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../../infra/postgres.ts';
import { createPool, query, transaction } from '../../../src/activities/store/pool.ts';
import { freshDatabase } from '../../support/postgres.ts';

describe('a pool of connections', function () {
  this.timeout(60_000);

  it('lives through a restart of Postgres: unavailable meanwhile, at work again after it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'astra-pool-'));
    chmodSync(home, 0o755); // the server runs under an account that must enter it
    const options = { home, logFile: join(home, 'postgres.log'), durable: false };
    const first = await startPostgres(options);
    const pool = createPool({ connectionString: first.url, max: 3 });
    await Promise.all([1, 2, 3].map((value) => query(pool, 'select pg_sleep(0.01), $1::int', [value])));
    const interrupted = transaction(pool, async (client) => {
      await query(client, 'create table half (a int)');
      await first.stop();
      await query(client, 'select 1');
    });

    await assert.rejects(interrupted, { type: 'Store.Unavailable' });
    await assert.rejects(query(pool, 'select 1'), { type: 'Store.Unavailable' });
    const second = await startPostgres({ ...options, ports: [Number(new URL(first.url).port)] });
    const [found] = await answered(() => query(pool, "select to_regclass('half') as half"));

    assert.equal(second.url, first.url);
    assert.deepEqual(found, { half: null }, 'the transaction was rolled back');
    await pool.end();
    await second.stop();
    for (const folder of [home, first.dataFolder]) rmSync(folder, { recursive: true, force: true });
  });

  it('gives counts and money as numbers, and names itself to the server', async () => {
    const pool = createPool({ connectionString: await freshDatabase(), applicationName: 'astra test' });

    const [row] = await query(
      pool,
      "select count(*) as count, 0.25::numeric as money, current_setting('application_name') as name from run",
    );
    await pool.end();

    assert.deepEqual(row, { count: 0, money: 0.25, name: 'astra test' });
  });

  it('gives a statement up after its time and takes back what a failed transaction did', async () => {
    const pool = createPool({ connectionString: await freshDatabase(), statementTimeoutMs: 100, max: 1 });

    await assert.rejects(query(pool, 'select pg_sleep(5)'), { type: 'Store.Unavailable' });
    const refused = transaction(pool, async (client) => {
      await query(client, "insert into blob (hash, body) values (repeat('a', 64), '1')");
      throw new Error('no');
    });
    await assert.rejects(refused, { message: 'no' });

    assert.deepEqual(await query(pool, 'select count(*) from blob'), [{ count: 0 }]);
    await pool.end();
  });
});

/** Old connections fail once each before new ones are made. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(50);
    }
  }
}
