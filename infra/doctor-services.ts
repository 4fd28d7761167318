/** The services ASTRA stands on: do those that should run answer? */
import { join } from 'node:path';
import pg from 'pg';
import { readStackFile } from '../src/config/stack-file.ts';
import { isFree, isListening } from './ports.ts';
import { runningPart } from './stack-change.ts';
import { outsideParts } from './stack-environment.ts';

export interface Finding {
  readonly ok: boolean;
  /** What was found, one line. */
  readonly detail: string;
  /** What to do, when there is something. */
  readonly fix?: string;
}

/** Taken ports are no failure: others are chosen. They are named because people look for the UI at the usual one. */
export async function checkPorts(home: string): Promise<Finding> {
  const usual = { Temporal: 7233, 'Temporal UI': 8233, Postgres: 5432, teacher: 8088 };
  const state = readStackFile(home);
  const text = JSON.stringify([state?.temporal, state?.postgres?.url, state?.teacher]);
  const taken: string[] = [];
  for (const [name, port] of Object.entries(usual)) {
    if (!text.includes(`:${port}`) && !(await isFree(port))) taken.push(`${name} ${port}`);
  }
  const detail =
    taken.length === 0
      ? 'the usual ones are free or ours'
      : `used by others: ${taken.join(', ')}; free ones are chosen`;
  return { ok: true, detail };
}

const notRunning: Finding = { ok: true, detail: 'the embedded one is not running', fix: 'npx astra up' };

/** Temporal named by the environment or run by this home; an embedded one that was never started is no failure. */
export async function checkTemporal(home: string, env: NodeJS.ProcessEnv): Promise<Finding> {
  const outside = outsideParts(env).temporal?.address;
  const address = outside ?? embedded(home, 'temporal')?.temporal?.address;
  if (address === undefined) return notRunning;
  if (await isListening(address)) return { ok: true, detail: `answers at ${address}` };
  const fix = outside === undefined ? logHint(home, 'temporal') : 'check TEMPORAL_ADDRESS';
  return { ok: false, detail: `nothing listens at ${address}`, fix };
}

/** The same for Postgres. */
export async function checkPostgres(home: string, env: NodeJS.ProcessEnv): Promise<Finding> {
  const outside = outsideParts(env).postgres?.url;
  const url = outside ?? embedded(home, 'postgres')?.postgres?.url;
  if (url === undefined) return notRunning;
  try {
    return { ok: true, detail: `Postgres ${await serverVersion(url)} answers` };
  } catch (error) {
    const fix = outside === undefined ? logHint(home, 'postgres') : 'check DATABASE_URL';
    return { ok: false, detail: `cannot be reached: ${error instanceof Error ? error.message : String(error)}`, fix };
  }
}

const logHint = (home: string, part: string): string => `see ${join(home, 'logs', `${part}.log`)}`;

function embedded(home: string, part: string): ReturnType<typeof readStackFile> {
  const state = readStackFile(home);
  return state !== undefined && runningPart(state, part) !== undefined ? state : undefined;
}

async function serverVersion(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // also told to the query that waits
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
    return rows[0]?.version ?? 'of unknown version';
  } finally {
    await client.end();
  }
}
