/** The worker of the floor, a process of its own: main.ts ADDRESS NAMESPACE READY_FILE. */
import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address, namespace, readyFile] = process.argv.slice(2);
if (address === undefined || namespace === undefined || readyFile === undefined)
  throw new Error('usage: main.ts ADDRESS NAMESPACE READY_FILE');

const logger = new DefaultLogger('ERROR');
Runtime.install({ logger });
const workflowsPath = new URL('./workflow.ts', import.meta.url).pathname;
const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
const connection = await NativeConnection.connect({ address });
const shared = { connection, namespace };
const workers = await Promise.all([
  Worker.create({ ...shared, taskQueue: 'astra-bench-workflows', workflowBundle, maxCachedWorkflows: 600 }),
  Worker.create({
    ...shared,
    taskQueue: 'astra-bench-activities',
    activities: { nothing: () => Promise.resolve() },
    maxConcurrentActivityTaskExecutions: 50,
  }),
]);
writeFileSync(readyFile, 'ready');
await Promise.all(workers.map((worker) => worker.run()));
await connection.close();
