/** Starts the embedded Postgres 18 of a home; its data survives stops, kill -9 and restarts. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { identify, logTail, type ProcessIdentity, spawnPart, stopProcess, waitUntilReady } from './part-process.ts';
import { choosePort, isListening } from './ports.ts';
import { type Cluster, DATABASE_USER, openCluster, postgresEnvironment } from './postgres-cluster.ts';

export interface PostgresOptions {
  /** Folder that holds the record of the cluster and, where possible, its data. */
  readonly home: string;
  readonly logFile: string;
  /** Ports to take when free, best first; then any free one. */
  readonly ports?: readonly number[];
  /** true: the server outlives this process. */
  readonly detached?: boolean;
  /** false: no fsync. What was committed survives kill -9 but not a power loss (tests). Default true. */
  readonly durable?: boolean;
}

export interface PostgresServer {
  /** Connection string of the database `astra`. */
  readonly url: string;
  readonly dataFolder: string;
  readonly process: ProcessIdentity;
  stop(): Promise<void>;
}

/** Resolves when the database `astra` can be used. A server that already runs on the data is taken over, not doubled. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const cluster = await openCluster(options.home, options.durable ?? true);
  const running = runningServer(cluster.dataFolder) ?? (await launch(cluster, options));
  const url = (database: string): string =>
    `postgres://${DATABASE_USER}:${cluster.password}@127.0.0.1:${running.port}/${database}?sslmode=disable`;
  try {
    await createDatabase(url('postgres'));
  } catch (error) {
    await stopPostgres(running.process);
    throw error;
  }
  return {
    url: url(DATABASE_USER),
    dataFolder: cluster.dataFolder,
    process: running.process,
    stop: (): Promise<void> => stopPostgres(running.process),
  };
}

/** Fast shutdown: connections are ended, transactions rolled back, everything committed is kept. */
export async function stopPostgres(identity: ProcessIdentity): Promise<void> {
  await stopProcess(identity, { signal: 'SIGINT', graceMs: 30_000 });
}

interface RunningServer {
  readonly process: ProcessIdentity;
  readonly port: number;
}

/** The server that holds this data folder, if any. A lock file left by kill -9 is removed when its pid is a stranger's. */
function runningServer(dataFolder: string): RunningServer | undefined {
  const lockFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(lockFile)) return undefined;
  const [pid, , , port] = readFileSync(lockFile, 'utf8').split('\n');
  const identity = identify(Number(pid));
  if (identity === undefined) return undefined; // Postgres clears the file of a dead process by itself
  if (isPostgres(identity.pid, dataFolder)) return { process: identity, port: Number(port) };
  rmSync(lockFile); // the system reused the pid: Postgres would refuse to start
  return undefined;
}

function isPostgres(pid: number, dataFolder: string): boolean {
  if (!existsSync('/proc/self/cmdline')) return true; // cannot tell: Postgres' own check decides
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataFolder);
}

async function launch(cluster: Cluster, options: PostgresOptions): Promise<RunningServer> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      return await launchOnce(cluster, options);
    } catch (error) {
      // After kill -9 of the main process its children need a moment to notice and let the memory go.
      const wait = logTail(options.logFile, 4).includes('pre-existing shared memory block') && Date.now() < deadline;
      if (!wait) throw error;
      await sleep(300);
    }
  }
}

async function launchOnce(cluster: Cluster, options: PostgresOptions): Promise<RunningServer> {
  const port = await choosePort(options.ports);
  const unsafe = ['fsync=off', 'full_page_writes=off'];
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'].concat(
    options.durable === false ? unsafe : [],
  );
  const identity = await spawnPart({
    name: 'Postgres',
    command: cluster.binaries.postgres,
    args: ['-D', cluster.dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    logFile: options.logFile,
    cwd: '/',
    env: postgresEnvironment(),
    detached: options.detached ?? false,
    ...(cluster.account === undefined ? {} : { account: cluster.account }),
  });
  await waitUntilReady({
    name: 'Postgres',
    identity,
    logFile: options.logFile,
    timeoutMs: 60_000,
    isReady: () => isListening(`127.0.0.1:${port}`),
  });
  return { process: identity, port };
}

const CANNOT_CONNECT_NOW = '57P03'; // recovery after a kill is still running
const DUPLICATE_DATABASE = '42P04';

async function createDatabase(adminUrl: string): Promise<void> {
  const client = await connectWhenReady(adminUrl);
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE_USER]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE_USER}`);
  } catch (error) {
    if (!hasCode(error, DUPLICATE_DATABASE)) throw error;
  } finally {
    await client.end();
  }
}

async function connectWhenReady(url: string): Promise<pg.Client> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined); // a lost connection also fails the query that waits on it
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end();
      if (!hasCode(error, CANNOT_CONNECT_NOW) || Date.now() > deadline) {
        throw new Error('Postgres runs but does not let us in', { cause: error });
      }
    }
    await sleep(50);
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
