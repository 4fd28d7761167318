import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { isRunning, stopProcess } from '../../infra/part-process.ts';
import { bootstrapTemporal } from '../../infra/temporal-bootstrap.ts';
import { startTemporalServer, type TemporalServer } from '../../infra/temporal-server.ts';

describe('the embedded Temporal server', function () {
  this.timeout(60_000);
  let folder: string;
  let logFile: string;
  const servers: TemporalServer[] = [];

  const start = async (databaseFolder?: string): Promise<TemporalServer> => {
    const server = await startTemporalServer({ logFile, ...(databaseFolder === undefined ? {} : { databaseFolder }) });
    servers.push(server);
    return server;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-temporal-'));
    logFile = join(folder, 'temporal.log');
  });

  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true });
  });

  it('keeps a workflow with its search attribute over kill -9, in a file named by the CLI version', async () => {
    const first = await start(folder);
    const before = await Connection.connect({ address: first.address });
    const run = defineSearchAttributeKey('AstraRun', SearchAttributeType.KEYWORD);
    await new Client({ connection: before, namespace: 'astra' }).workflow.start('anything', {
      workflowId: 'kept',
      taskQueue: 'nobody',
      typedSearchAttributes: [{ key: run, value: 'r-1' }],
    });
    await before.close();

    process.kill(first.process.pid, 'SIGKILL');
    await stopProcess(first.process);
    const second = await start(folder);

    const connection = await Connection.connect({ address: second.address });
    const found = await new Client({ connection, namespace: 'astra' }).workflow.getHandle('kept').describe();
    assert.equal(found.status.name, 'RUNNING');
    assert.equal(found.typedSearchAttributes.get(run), 'r-1');
    await connection.close();
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.db')),
      ['temporal-1.9.1.db'],
    );
  });

  it('brings a namespace of any server into shape once, and does nothing the second time', async () => {
    const server = await start();
    const connection = await Connection.connect({ address: server.address });

    const first = await bootstrapTemporal(connection, 'elsewhere');
    const second = await bootstrapTemporal(connection, 'elsewhere');

    const { config } = await connection.workflowService.describeNamespace({ namespace: 'elsewhere' });
    await connection.close();
    assert.equal(first.namespaceCreated, true);
    assert.equal(first.attributesAdded.length, 10);
    assert.deepEqual(second, { namespaceCreated: false, attributesAdded: [] });
    assert.equal(Number(config?.workflowExecutionRetentionTtl?.seconds), 720 * 3600);
  });

  it('refuses an attribute that exists with another type', async () => {
    const server = await start();
    const connection = await Connection.connect({ address: server.address });
    const { INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;
    await connection.operatorService.removeSearchAttributes({ namespace: 'astra', searchAttributes: ['AstraRun'] });
    await connection.operatorService.addSearchAttributes({
      namespace: 'astra',
      searchAttributes: { AstraRun: INDEXED_VALUE_TYPE_INT },
    });

    const attempt = bootstrapTemporal(connection, 'astra');

    await assert.rejects(
      attempt,
      /AstraRun of namespace astra has type INDEXED_VALUE_TYPE_INT, expected INDEXED_VALUE_TYPE_KEYWORD/,
    );
    await connection.close();
  });

  it('ends with one message and the tail of the log when the server does not start', async () => {
    const env = { ...process.env, TEMPORAL_CLI_PATH: '/bin/false' };

    const attempt = startTemporalServer({ logFile: join(folder, 'broken.log'), env });

    await assert.rejects(attempt, /^Error: the Temporal server ended while starting\. End of .*broken\.log:/);
  });

  it('is gone after stop', async () => {
    const server = await start();

    await server.stop();

    assert.equal(isRunning(server.process), false);
  });
});
