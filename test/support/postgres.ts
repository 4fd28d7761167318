/** One embedded Postgres for a whole mocha run; each test file works on its own copy of a migrated template database. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../infra/postgres.ts';
import { migrate } from '../../src/activities/store/migrate.ts';

interface Running {
  readonly server: PostgresServer;
  readonly home: string;
}

let running: Promise<Running> | undefined;
let template: Promise<string> | undefined;
let databases = 0;

/** Connection string of a database with all migrations applied, that no other caller has. It goes with the mocha run. */
export async function freshDatabase(): Promise<string> {
  template ??= makeTemplate();
  return createDatabase(`template ${await template} strategy file_copy`);
}

/** Connection string of an empty database: for tests of the migrations themselves. */
export function emptyDatabase(): Promise<string> {
  return createDatabase('');
}

/** Ends the server of this mocha run, if any test started it, and deletes its data. */
export async function stopTestPostgres(): Promise<void> {
  const started = running;
  running = undefined;
  template = undefined;
  if (started === undefined) return;
  const { server, home } = await started;
  await server.stop();
  removeData(home, server.dataFolder);
}

async function start(): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), 'astra-test-postgres-'));
  chmodSync(home, 0o755); // as root, Postgres runs under an account that must enter it
  const server = await startPostgres({ home, logFile: join(home, 'postgres.log'), durable: false });
  process.once('exit', () => removeData(home, server.dataFolder)); // a run without hooks, or one that failed
  return { server, home };
}

function removeData(home: string, dataFolder: string): void {
  for (const folder of [home, dataFolder]) rmSync(folder, { recursive: true, force: true });
}

async function createDatabase(options: string): Promise<string> {
  running ??= start();
  const { url } = (await running).server;
  databases += 1;
  const name = `test_${databases}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`create database ${name} ${options}`);
  } finally {
    await admin.end();
  }
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

async function makeTemplate(): Promise<string> {
  const url = await emptyDatabase();
  await migrate(url);
  return new URL(url).pathname.slice(1);
}
