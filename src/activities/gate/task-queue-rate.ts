/**
 * The rate limit of a task queue (ours), kept on the server: 0 stops dispatch, so that waiting activities burn neither
 * attempts nor history. `temporal task-queue config set --queue-rps-limit` is the same lever for people.
 */
import type { Connection } from '@temporalio/client';
// A CommonJS package whose named exports Node cannot see.
import proto from '@temporalio/proto';

const { TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType;

/** Sets the rate of a queue per second; null removes the limit. Safe to repeat. */
export type SetQueueRate = (queue: string, ratePerSecond: number | null, reason: string) => Promise<void>;

export interface QueueRateOptions {
  readonly connection: Pick<Connection, 'workflowService'>;
  readonly namespace: string;
  /** Shown in the queue's configuration as who set the limit. */
  readonly identity: string;
}

export function createSetQueueRate({ connection, namespace, identity }: QueueRateOptions): SetQueueRate {
  return async function setQueueRate(queue, ratePerSecond, reason) {
    await connection.workflowService.updateTaskQueueConfig({
      namespace,
      taskQueue: queue,
      taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
      identity,
      updateQueueRateLimit: {
        reason,
        // Absent: no limit.
        ...(ratePerSecond === null ? {} : { rateLimit: { requestsPerSecond: ratePerSecond } }),
      },
    });
  };
}
