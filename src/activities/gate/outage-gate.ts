/**
 * Tripping the gate (method §1.2; ours), from the activity that saw the outage. The gate's workflow is told first: a
 * queue that is closed without a workflow behind it would stay closed for ever. Then the queue is closed at once, because
 * a workflow task takes longer than many failing calls.
 */
import type { WorkflowClient } from '@temporalio/client';
import { taskQueues } from '../../domain/run/task-queues.ts';
import type { GateNotice, OutageGate } from './contract.ts';
import type { SetQueueRate } from './task-queue-rate.ts';

export interface OutageGateOptions {
  readonly client: Pick<WorkflowClient, 'signalWithStart'>;
  readonly setQueueRate: SetQueueRate;
  readonly now: () => number;
  /** Where the gate's workflows run. Default: the workflows' queue. */
  readonly taskQueue?: string;
  /** Calls that fail together trip once. Default 3 s. */
  readonly quietMs?: number;
}

/** Id of the workflow that guards a queue; a persisted interface. */
export function gateWorkflowId(queue: string): string {
  return `astra-gate/${queue}`;
}

export function createOutageGate(options: OutageGateOptions): OutageGate {
  const { client, setQueueRate, now, taskQueue = taskQueues.workflows, quietMs = 3000 } = options;
  const recent = new Map<string, { readonly at: number; readonly done: Promise<void> }>();

  const close = async (notice: GateNotice): Promise<void> => {
    const args: [GateNotice] = [notice];
    const workflowId = gateWorkflowId(notice.queue);
    await client.signalWithStart('llmGate', { workflowId, taskQueue, args, signal: 'outage', signalArgs: args });
    await setQueueRate(notice.queue, 0, `${notice.cause}: ${notice.reason}`);
  };

  return {
    trip(notice) {
      const last = recent.get(notice.queue);
      if (last !== undefined && now() - last.at < quietMs) return last.done;
      const done = close(notice);
      recent.set(notice.queue, { at: now(), done });
      // A failed attempt must not silence the next one; the caller sees the failure itself.
      done.catch(() => recent.delete(notice.queue));
      return done;
    },
  };
}
