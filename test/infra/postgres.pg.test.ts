import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { isRunning } from '../../infra/part-process.ts';
import { type PostgresServer, startPostgres } from '../../infra/postgres.ts';
import { emptyDatabase, freshDatabase } from '../support/postgres.ts';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded Postgres', function () {
  this.timeout(60_000);
  let folder: string;
  const servers: PostgresServer[] = [];

  const start = async (name: string): Promise<PostgresServer> => {
    const home = join(folder, name);
    const server = await startPostgres({ home, logFile: join(folder, `${name}.log`), durable: false });
    servers.push(server);
    return server;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-postgres-'));
    chmodSync(folder, 0o755); // as root, Postgres runs under an account that must enter it
  });

  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    for (const path of [folder, ...servers.map((server) => server.dataFolder)])
      rmSync(path, { recursive: true, force: true });
  });

  it('keeps what was committed over kill -9', async () => {
    const first = await start('killed');
    await query(first.url, 'create table kept as select 7 as x');

    process.kill(first.process.pid, 'SIGKILL');
    const second = await start('killed');

    assert.deepEqual(await query(second.url, 'select x from kept'), [{ x: 7 }]);
  });

  it('takes over the server that already runs on the data', async () => {
    const first = await start('twice');
    const second = await start('twice');

    assert.deepEqual(second.process, first.process);
    assert.equal(second.url, first.url);
  });

  it('starts although the lock file of a killed server names a stranger that got its pid', async () => {
    const first = await start('stale');
    const lockFile = join(first.dataFolder, 'postmaster.pid');
    const lock = readFileSync(lockFile, 'utf8');
    await first.stop();
    writeFileSync(lockFile, lock.replace(/^\d+/, String(process.pid)));

    const second = await start('stale');

    assert.equal(isRunning(second.process), true);
  });

  it('begins anew after a first start that was killed half-way', async () => {
    mkdirSync(join(folder, 'half/postgres.part/base'), { recursive: true });

    const server = await start('half');

    assert.deepEqual(await query(server.url, 'select 1 as x'), [{ x: 1 }]);
    assert.equal(existsSync(join(folder, 'half/postgres.part')), false);
  });

  it('puts the data elsewhere when its account cannot enter the home', async function () {
    if (process.getuid?.() !== 0) return this.skip(); // only root lends Postgres another account
    mkdirSync(join(folder, 'closed'), { mode: 0o700 });

    const server = await start('closed');
    const again = await start('closed');

    assert.equal(server.dataFolder.startsWith(folder), false);
    assert.equal(again.dataFolder, server.dataFolder);
    assert.deepEqual(await query(server.url, 'select 1 as x'), [{ x: 1 }]);
  });

  it('says in one message why it did not start', async () => {
    const first = await start('broken');
    await first.stop();
    writeFileSync(join(first.dataFolder, 'postgresql.conf'), 'no_such_setting = 1\n');

    await assert.rejects(start('broken'), /^Error: Postgres ended while starting\. End of [^]*no_such_setting/);
  });
});

describe('the test databases', () => {
  it('are separate copies', async function () {
    this.timeout(60_000);
    const [one, two] = [await freshDatabase(), await freshDatabase()];

    await query(one, 'create table only_here (x int)');

    assert.deepEqual(await query(two, "select to_regclass('only_here') as found"), [{ found: null }]);
    assert.deepEqual(
      await query(await emptyDatabase(), "select count(*)::int as n from pg_tables where schemaname = 'public'"),
      [{ n: 0 }],
    );
  });
});
