/** Starts the Temporal dev server of the CLI, in memory or on a database file, and makes it ready for ASTRA. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { defaultNamespace } from '../src/config/process-config.ts';
import { type ProcessIdentity, spawnPart, stopProcess, waitUntilReady } from './part-process.ts';
import { choosePort, isListening } from './ports.ts';
import { bootstrapTemporal } from './temporal-bootstrap.ts';
import { cliVersion, findTemporalCli } from './temporal-cli.ts';

export interface TemporalServerOptions {
  readonly logFile: string;
  /** Folder of the database file; absent: all is kept in memory and lost at stop. */
  readonly databaseFolder?: string;
  /** Default `astra`. */
  readonly namespace?: string;
  /** Ports to take when free, best first; then any free one. */
  readonly ports?: readonly number[];
  /** The same for the web UI; absent: no UI. */
  readonly uiPorts?: readonly number[];
  /** true: the server outlives this process. */
  readonly detached?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** Called at once after the start, long before the server serves: to note the process against our own sudden end. */
  readonly onSpawn?: (server: TemporalServer) => void;
}

export interface TemporalServer {
  /** `host:port` of gRPC. */
  readonly address: string;
  /** Web UI; absent when none was asked for. */
  readonly ui?: string;
  readonly namespace: string;
  readonly databaseFile?: string;
  readonly process: ProcessIdentity;
  /** Absolute path of the CLI that serves. */
  readonly cli: string;
  stop(): Promise<void>;
}

/** Go collects when its heap has grown fourfold instead of twofold: 15 % less processor time for some 150 MB more. */
const garbageCollection = { GOGC: '300' };

/** Starts in a row that may lose a port: between choosing and binding, any program on the machine may take it. */
const portTries = 3;

/** Resolves when the namespace answers, with retention and search attributes in place. Fails with the tail of the log. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  for (let left = portTries - 1; ; left--) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (left === 0 || !(error instanceof Error && error.message.includes('address already in use'))) throw error;
    }
  }
}

async function startOnce(options: TemporalServerOptions): Promise<TemporalServer> {
  const cli = requireTemporalCli(options.env ?? process.env);
  const namespace = options.namespace ?? defaultNamespace;
  const databaseFile = await chooseDatabaseFile(cli, options.databaseFolder);
  const port = await choosePort(options.ports);
  const uiPort = options.uiPorts === undefined ? undefined : await choosePort(options.uiPorts);
  const identity = await spawnPart({
    name: 'the Temporal server',
    command: cli,
    args: serverArguments({ namespace, databaseFile, port, uiPort }),
    logFile: options.logFile,
    detached: options.detached ?? false,
    env: { ...garbageCollection, ...(options.env ?? process.env) },
  });
  const server: TemporalServer = {
    address: `127.0.0.1:${port}`,
    namespace,
    process: identity,
    cli,
    ...(uiPort === undefined ? {} : { ui: `http://127.0.0.1:${uiPort}` }),
    ...(databaseFile === undefined ? {} : { databaseFile }),
    stop: () => stopTemporal(identity),
  };
  options.onSpawn?.(server);
  try {
    await waitUntilTemporalServes(server, options.logFile);
  } catch (error) {
    await stopTemporal(identity);
    throw error;
  }
  return server;
}

function requireTemporalCli(env: NodeJS.ProcessEnv): string {
  const cli = findTemporalCli(env);
  if (cli !== undefined) return cli;
  throw new Error('the Temporal CLI is not installed: start through `npm run`, or set TEMPORAL_CLI_PATH to a binary');
}

/** Ends a dev server; its SQLite file keeps every committed step also under SIGKILL. */
export async function stopTemporal(identity: ProcessIdentity): Promise<void> {
  await stopProcess(identity, { graceMs: 15_000 });
}

/** Waits for a server that was spawned, then brings its namespace into shape. */
export async function waitUntilTemporalServes(
  server: Pick<TemporalServer, 'address' | 'namespace' | 'process'>,
  logFile: string,
): Promise<void> {
  const wait = { name: 'the Temporal server', identity: server.process, logFile, timeoutMs: 60_000 };
  // Plain TCP first: a gRPC channel that was refused once backs off for a whole second.
  await waitUntilReady({ ...wait, isReady: () => isListening(server.address) });
  const connection = Connection.lazy({ address: server.address });
  try {
    await waitUntilReady({ ...wait, isReady: () => answers(connection) });
    await bootstrapTemporal(connection, server.namespace);
  } finally {
    await connection.close();
  }
}

async function answers(connection: Connection): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false; // the caller's deadline decides when this is a failure
  }
}

/** The dev server never migrates its schema: a file belongs to one CLI version, and its name says so. */
async function chooseDatabaseFile(cli: string, folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  return join(folder, `temporal-${await cliVersion(cli)}.db`);
}

interface ServerArguments {
  readonly namespace: string;
  readonly databaseFile: string | undefined;
  readonly port: number;
  readonly uiPort: number | undefined;
}

function serverArguments({ namespace, databaseFile, port, uiPort }: ServerArguments): readonly string[] {
  const dynamic = [
    // With one partition a lifted rate limit acts at once; with four it takes most of a second.
    'matching.numTaskqueueReadPartitions=1',
    'matching.numTaskqueueWritePartitions=1',
    'matching.enableFairness=true',
  ];
  const pragmas = ['journal_mode=wal', 'synchronous=normal']; // 2 to 4 times the throughput of the defaults
  const ui = uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch'];
  const storage = databaseFile === undefined ? [] : ['--db-filename', databaseFile, ...pragmas.flatMap(asPragma)];
  const base = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace];
  return base.concat('--log-level', 'error', dynamic.flatMap(asDynamicConfig), ui, storage);
}

const asDynamicConfig = (value: string): readonly string[] => ['--dynamic-config-value', value];
const asPragma = (value: string): readonly string[] => ['--sqlite-pragma', value];
