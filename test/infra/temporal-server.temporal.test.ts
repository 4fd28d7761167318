import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { isRunning, stopProcess } from '../../infra/part-process.ts';
import { bootstrapTemporal } from '../../infra/temporal-bootstrap.ts';
import { findTemporalCli } from '../../infra/temporal-cli.ts';
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

  /** A CLI whose first starts, so many, find their port taken; then the real one. Each start leaves a line in `.tries`. */
  const losingCli = (name: string, losses: number): NodeJS.ProcessEnv => {
    const cli = join(folder, name);
    const taken = `can't set frontend port: listen tcp 127.0.0.1: bind: address already in use`;
    const lines = [
      '#!/bin/sh',
      'echo start >> "$0.tries"',
      `if [ "$(wc -l < "$0.tries")" -le ${losses} ]; then echo "${taken}" >&2; exit 1; fi`,
      `exec '${findTemporalCli(process.env)}' "$@"`,
    ];
    writeFileSync(cli, `${lines.join('\n')}\n`, { mode: 0o755 });
    return { ...process.env, TEMPORAL_CLI_PATH: cli };
  };
  const starts = (name: string): number => readFileSync(join(folder, `${name}.tries`), 'utf8').split('\n').length - 1;

  it('starts again when another program took its port first', async () => {
    const env = losingCli('loses-once', 1);

    const server = await startTemporalServer({ logFile: join(folder, 'once.log'), env });
    servers.push(server);

    assert.equal(isRunning(server.process), true);
    assert.equal(starts('loses-once'), 2);
  });

  it('gives up after three ports that were taken, and says so', async () => {
    const env = losingCli('loses-always', 9);

    const attempt = startTemporalServer({ logFile: join(folder, 'always.log'), env });

    await assert.rejects(attempt, /^Error: the Temporal server ended while starting[^]*address already in use/);
    assert.equal(starts('loses-always'), 3);
  });

  it('is gone after stop', async () => {
    const server = await start();

    await server.stop();

    assert.equal(isRunning(server.process), false);
  });
});
