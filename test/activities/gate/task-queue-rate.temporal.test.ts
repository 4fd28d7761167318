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
    /** The rate once the server shows the change with this reason; a read right after a write may still be old. */
    const rateAfter = async (reason: string): Promise<unknown> => {
      for (;;) {
        const described = await client.connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: queue },
          taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
          reportConfig: true,
        });
        const limit = described.config?.queueRateLimit;
        if (limit?.metadata?.reason === reason) return limit.rateLimit?.requestsPerSecond;
      }
    };

    await setQueueRate(queue, 0, 'endpoint down');
    const closed = await rateAfter('endpoint down');
    await setQueueRate(queue, 10, 'slow start');
    const growing = await rateAfter('slow start');
    await setQueueRate(queue, null, 'serves again');
    const open = await rateAfter('serves again');

    assert.equal(closed, 0);
    assert.equal(growing, 10);
    assert.equal(open, undefined);
  });
});
