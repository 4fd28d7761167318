/** Starting a run: the same as `temporal workflow start --type pipeline`, with an id that makes it safe to repeat. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { RunId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import { taskQueues } from '../domain/run/task-queues.ts';

/** Workflow id of a run. */
export function pipelineId(run: string): string {
  return `astra/${run}`;
}

export interface PipelineStart {
  readonly run: RunId;
  readonly config: Json;
  /** True: a completed run may start again, to walk its re-opened items. */
  readonly again: boolean;
}

/** Starts the pipeline; an open execution is left alone, and a completed one too unless `again`. */
export async function startPipeline(
  client: Client,
  { run, config, again }: PipelineStart,
): Promise<'started' | 'kept'> {
  const { WorkflowExecutionAlreadyStartedError } = await import('@temporalio/client');
  const astraRun = defineSearchAttributeKey('AstraRun', SearchAttributeType.KEYWORD);
  try {
    await client.workflow.start('pipeline', {
      workflowId: pipelineId(run),
      taskQueue: taskQueues.workflows,
      args: [config],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: new TypedSearchAttributes([{ key: astraRun, value: run }]),
      staticSummary: `run ${run}`,
    });
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'kept';
    throw error;
  }
}

export interface PipelineEnd {
  readonly status: string;
  /** Why it failed, in the failure's own words. */
  readonly reason: string | null;
}

/** How the newest execution of a run ended, or undefined while it is open or unknown to this server. */
export async function pipelineEnd(client: Client, run: string): Promise<PipelineEnd | undefined> {
  const { WorkflowFailedError, WorkflowNotFoundError } = await import('@temporalio/client');
  const handle = client.workflow.getHandle(pipelineId(run));
  try {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW' || status.name === 'PAUSED') return undefined;
    if (status.name === 'COMPLETED') return { status: 'completed', reason: null };
    const reason = await handle.result().then(
      () => null,
      (error: unknown) => (error instanceof WorkflowFailedError ? failureText(error.cause) : String(error)),
    );
    return { status: status.name === 'CANCELLED' ? 'cancelled' : 'failed', reason };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Waits until an execution is closed, at most so long; true when it is. */
export async function waitUntilClosed(client: Client, run: string, timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(250)) {
    if ((await pipelineEnd(client, run)) !== undefined) return true;
  }
  return false;
}

/** True when some worker polled the workflow queue within the last minute. */
export async function hasWorker(client: Client): Promise<boolean> {
  const { pollers } = await client.connection.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueues.workflows },
    taskQueueType: 1, // workflow tasks
  });
  return pollers.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) > Date.now() / 1000 - 60);
}

/** The innermost message says what happened; the outer ones only that something did. */
function failureText(error: unknown): string {
  let text = String(error);
  for (let cause = error; cause instanceof Error; cause = cause.cause) text = cause.message;
  return text;
}
