/** Real workers over a hand-made world: every queue is served, so that a workflow runs as in production. */

import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { taskQueues } from '../../src/domain/run/task-queues.ts';
import type { FakeWorld } from './fake-activities.ts';
import { type TestTemporal, withTemporal } from './temporal.ts';

export interface RunningWorld {
  readonly client: Client;
  /** Starts the pipeline of a run under its id. */
  start(run: string): Promise<WorkflowHandle>;
}

/** Names for the runs of a suite; has the server and the bundle of workflows ready before its first test. */
export function runNames(): (prefix: string) => string {
  let temporal: TestTemporal | undefined;
  before(async () => {
    temporal = await withTemporal();
    await temporal.workflowBundle();
  });
  return (prefix) => {
    if (temporal === undefined) throw new Error('run names are given inside tests');
    return temporal.uniqueName(prefix);
  };
}

/** Serves all queues from the world while the body runs, then stops every worker. */
export async function serveWorld<T>(world: FakeWorld, body: (running: RunningWorld) => Promise<T>): Promise<T> {
  const temporal = await withTemporal();
  const { nativeConnection: connection, namespace, client } = temporal;
  const workflowBundle = await temporal.workflowBundle();
  const llmQueues = [taskQueues.llmTeacher, taskQueues.llmJudge, taskQueues.llmPolicy];
  const workers = await Promise.all([
    Worker.create({ connection, namespace, taskQueue: taskQueues.workflows, workflowBundle }),
    Worker.create({
      connection,
      namespace,
      taskQueue: taskQueues.store,
      activities: {
        ...delegate(() => world.store),
        ...delegate(() => world.chainStore),
        ...delegate(() => world.taskStore),
        ...delegate(() => world.episodes),
      },
    }),
    Worker.create({
      connection,
      namespace,
      taskQueue: taskQueues.tools,
      activities: { ...delegate(() => world.tools), ...delegate(() => world.episodes) },
    }),
    Worker.create({ connection, namespace, taskQueue: taskQueues.sandbox, activities: delegate(() => world.proof) }),
    Worker.create({
      connection,
      namespace,
      taskQueue: taskQueues.probe,
      activities: { ...delegate(() => world.gate), ...delegate(() => world.probe) },
    }),
    ...(world.trainer === undefined
      ? []
      : [
          Worker.create({
            connection,
            namespace,
            taskQueue: taskQueues.trainer,
            activities: delegate(() => world.trainer ?? {}),
          }),
        ]),
    ...llmQueues.map((taskQueue) =>
      Worker.create({
        connection,
        namespace,
        taskQueue,
        activities: { ...delegate(() => world.llm), ...delegate(() => world.episodes) },
        maxHeartbeatThrottleInterval: '100 ms',
      }),
    ),
  ]);
  const ended = Promise.all(workers.map((worker) => worker.run()));
  try {
    return await body({
      client,
      start: (run) =>
        client.workflow.start('pipeline', { workflowId: `astra/${run}`, taskQueue: taskQueues.workflows, args: [{}] }),
    });
  } finally {
    for (const worker of workers) worker.shutdown();
    await ended;
  }
}

/** The functions of an object, looked up at each call, so that a test may replace them while workers run. */
function delegate<Functions extends object>(current: () => Functions): Record<string, (...args: never[]) => unknown> {
  const names = Object.keys(current());
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...args: never[]): unknown => {
        const run: unknown = Reflect.get(current(), name);
        if (typeof run !== 'function') throw new Error(`the world has no function ${name}`);
        return run(...args);
      },
    ]),
  );
}
