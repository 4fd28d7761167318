/** One Temporal dev server in memory and one workflow bundle for a whole mocha run, started by the first test that asks. */
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { startTemporalServer, type TemporalServer } from '../../infra/temporal-server.ts';

type WorkflowBundle = Awaited<ReturnType<typeof bundleWorkflowCode>>;

export interface TestTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  /** For `Worker.create`; shared, do not close it. */
  readonly nativeConnection: NativeConnection;
  /** All workflows of src/workflows/index.ts, bundled once. */
  workflowBundle(): Promise<WorkflowBundle>;
  /** A name nobody else uses: one task queue and id prefix for each test. */
  uniqueName(prefix: string): string;
}

interface Running {
  readonly server: TemporalServer;
  readonly connection: Connection;
  readonly test: TestTemporal;
}

let running: Promise<Running> | undefined;
let names = 0;

/** The shared server. Call it in a `before` hook with a timeout of some ten seconds: the first call starts it. */
export async function withTemporal(): Promise<TestTemporal> {
  running ??= start();
  return (await running).test;
}

/** Ends the server of this mocha run, if any test started it. */
export async function stopTestTemporal(): Promise<void> {
  const started = running;
  running = undefined;
  if (started === undefined) return;
  const { server, connection, test } = await started;
  await test.nativeConnection.close();
  await connection.close();
  await server.stop();
  rmSync(logFile(), { force: true });
}

const logFile = (): string => join(tmpdir(), `astra-test-temporal-${process.pid}.log`);
const workflows = join(import.meta.dirname, '../../src/workflows/index.ts');

async function start(): Promise<Running> {
  // Without a logger of our own each worker prints its life into the test report.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const server = await startTemporalServer({ logFile: logFile() });
  const { address, namespace } = server;
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  let bundle: Promise<WorkflowBundle> | undefined;
  const test: TestTemporal = {
    address,
    namespace,
    client: new Client({ connection, namespace }),
    nativeConnection,
    workflowBundle: () => (bundle ??= bundleWorkflows()),
    uniqueName: (prefix) => `${prefix}-${process.pid}-${(names += 1)}`,
  };
  return { server, connection, test };
}

async function bundleWorkflows(): Promise<WorkflowBundle> {
  if (!existsSync(workflows)) throw new Error(`no workflows to bundle: ${workflows} is missing`);
  return bundleWorkflowCode({ workflowsPath: workflows, logger: new DefaultLogger('ERROR') });
}
