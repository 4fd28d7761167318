/** The CLI's connection to Postgres: opened for one command, closed after it. */
import type { Pool } from 'pg';
import { createPool } from '../activities/store/pool.ts';
import type { ProcessConfig } from '../config/process-config.ts';
import { UnreachableError } from './exit-codes.ts';

/** The address of the database; throws UnreachableError when none is known. */
export function databaseUrl(settings: ProcessConfig): string {
  if (settings.databaseUrl !== undefined) return settings.databaseUrl;
  throw new UnreachableError(
    `Postgres: no address is known: got neither DATABASE_URL nor ${settings.home}/stack.json. Type: astra up`,
  );
}

/** Runs work with a small pool and closes it. */
export async function withDatabase<T>(settings: ProcessConfig, work: (pool: Pool) => Promise<T>): Promise<T> {
  const connectionString = databaseUrl(settings);
  const pool = createPool({ connectionString, max: 4, applicationName: 'astra cli', statementTimeoutMs: 60_000 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
