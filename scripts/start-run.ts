/**
 * Starts a run through @temporalio/client alone: what `astra run` does, without its view.
 * Usage: sh scripts/bootstrap.sh scripts/start-run.ts CONFIG.yaml RUN
 * The address comes from TEMPORAL_ADDRESS, or from the embedded stack (astra up; with --trainer for a run with training,
 * which waits until there is one). Safe to repeat: same id, same run.
 */
import { Client, Connection } from '@temporalio/client';
import { loadProcessConfig, loadRunConfig } from '../src/config/load.ts';

const [file, run] = process.argv.slice(2);
if (file === undefined || run === undefined) throw new Error('usage: start-run.ts CONFIG.yaml RUN');
const { temporal } = loadProcessConfig();
if (temporal === undefined) throw new Error('no Temporal address is known: type astra up, or set TEMPORAL_ADDRESS');

const connection = await Connection.connect(temporal.connection);
const client = new Client({ connection, namespace: temporal.namespace });

// The workflow's argument is the configuration as JSON; its id is the run: starting it twice attaches to the first.
const handle = await client.workflow.start('pipeline', {
  workflowId: `astra/${run}`,
  taskQueue: 'astra-workflows',
  args: [loadRunConfig(file)],
  workflowIdConflictPolicy: 'USE_EXISTING',
  workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
});
console.log(`started ${handle.workflowId}`);

console.dir(await handle.result(), { depth: null });
await connection.close();
