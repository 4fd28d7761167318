/**
 * The connection pool and the two ways to use it: single statements and transactions.
 * Every error leaves as a StoreError by the one table of classify-failure.ts.
 */
import { Pool, type PoolClient, type QueryResultRow, types } from 'pg';
import { classifyDatabaseError } from './classify-failure.ts';

export interface PoolSettings {
  readonly connectionString: string;
  /** Connections at most; a role that runs n activities at once needs about n. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** Milliseconds until the server gives a statement up. */
  readonly statementTimeoutMs?: number;
}

/** A pool, or one connection inside a transaction. */
export type Queryable = Pool | PoolClient;

/** A pool that survives restarts of Postgres; connections are opened on first use. */
export function createPool(settings: PoolSettings): Pool {
  const pool = new Pool({
    connectionString: settings.connectionString,
    max: settings.max ?? 10,
    application_name: settings.applicationName ?? 'astra',
    statement_timeout: settings.statementTimeoutMs ?? 20_000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: { getTypeParser: numbersAsNumbers },
  });
  // An idle connection that breaks is reported here and nowhere else; without a listener it would end the process.
  // The next statement opens a new one, and fails by itself when Postgres is still away.
  pool.on('error', () => undefined);
  return pool;
}

/** Counts and sums of ours stay far below 2^53; pg gives bigint and numeric as text. */
const numbersAsNumbers: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === types.builtins.INT8 || oid === types.builtins.NUMERIC ? Number : types.getTypeParser(oid, format as 'text');

/** Statements in use, by their text; the texts are constants of this folder, so their number has a bound. */
const statementNames = new Map<string, string>();

/** The server parses and plans a named statement once per connection. */
function nameOf(text: string): string {
  const name = statementNames.get(text) ?? `astra_${statementNames.size}`;
  statementNames.set(text, name);
  return name;
}

/** The rows of one statement; the text must be a constant. */
export async function query<Row extends QueryResultRow>(
  on: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const statement = { text, values: [...values] };
    return (await on.query<Row>(values.length === 0 ? statement : { ...statement, name: nameOf(text) })).rows;
  } catch (error) {
    throw classifyDatabaseError(error);
  }
}

/** Runs the work on one connection between begin and commit; any error rolls back and goes up. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw classifyDatabaseError(error);
  });
  // A connection lost between two statements is reported as an event; the statement after it fails and is classified.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let broken = false;
  try {
    await query(client, 'begin');
    const result = await work(client);
    await query(client, 'commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true; // the connection is gone, and with it the transaction
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}
