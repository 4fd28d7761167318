import assert from 'node:assert/strict';
// A CommonJS package whose named exports Node cannot see.
import proto from '@temporalio/proto';
import { createSetQueueRate } from '../../../src/activities/gate/task-queue-rate.ts';
import { type TestTemporal, withTemporal } from '../../support/temporal.ts';

const { TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType;

describe('rate of a task queue on a server', () => {
  let temporal: TestTemporal;
  before(async function () {
    this.timeout(30_000);
    temporal = await withTemporal();
  });

  it('is set, stops everything at 0, and is removed again', async () => {
    const { client, namespace, uniqueName } = temporal;
    const queue = uniqueName('rate');
    const setQueueRate = createSetQueueRate({ connection: client.connection, namespace, identity: 'test' });
    const shown = async (): Promise<unknown> => {
      const described = await client.connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: queue },
        taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
        reportConfig: true,
      });
      const limit = described.config?.queueRateLimit;
      return [limit?.rateLimit?.requestsPerSecond, limit?.metadata?.reason];
    };

    await setQueueRate(queue, 0, 'endpoint down');
    const closed = await shown();
    await setQueueRate(queue, 10, 'slow start');
    const growing = await shown();
    await setQueueRate(queue, null, 'serves again');
    const open = await shown();

    assert.deepEqual(closed, [0, 'endpoint down']);
    assert.deepEqual(growing, [10, 'slow start']);
    assert.deepEqual(open, [undefined, 'serves again']);
  });
});
