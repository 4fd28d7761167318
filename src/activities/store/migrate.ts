/** Database migrations: plain SQL files of infra/postgres, applied in order, each once. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { StoreError } from '../failures.ts';
import { classifyDatabaseError } from './classify-failure.ts';

const folder = fileURLToPath(new URL('../../../infra/postgres', import.meta.url));
const table = 'pgmigrations';

/**
 * Brings the database up to this version; returns the names of the migrations it applied, none when it was up to date.
 * Concurrent calls wait for each other. A database that is newer than this code is refused with Store.Constraint.
 */
export async function migrate(url: string): Promise<string[]> {
  try {
    await refuseNewer(url);
    const applied = await runner({
      databaseUrl: url,
      dir: folder,
      direction: 'up',
      migrationsTable: table,
      singleTransaction: true,
      advisoryLockMode: 'wait',
      log: () => undefined,
    });
    return applied.map((migration) => migration.name);
  } catch (error) {
    throw classifyDatabaseError(error);
  }
}

async function refuseNewer(url: string): Promise<void> {
  const known = new Set((await readdir(folder)).map((file) => file.replace(/\.sql$/, '')));
  const unknown = (await appliedNames(url)).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new StoreError(
    'Constraint',
    `The database was migrated by a newer version of this program: it holds ${unknown.join(', ')}, unknown here. Update the program, or use another database.`,
  );
}

async function appliedNames(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  // Reported again by the statement that meets the broken connection.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const exists = await client.query('select to_regclass($1) is not null as found', [table]);
    if (exists.rows[0]?.found !== true) return [];
    const applied = await client.query<{ name: string }>(`select name from ${table} order by id`);
    return applied.rows.map((row) => row.name);
  } finally {
    await client.end();
  }
}
