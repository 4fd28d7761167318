/** How children live: cancelled with their parent and awaited, never killed by a clock, found by run and stage. */
import type { TypedSearchAttributes } from '@temporalio/common';
import { ChildWorkflowCancellationType, ParentClosePolicy, WorkflowIdReusePolicy } from '@temporalio/workflow';
import { taskQueues } from '../domain/run/task-queues.ts';
import { startAttributes } from './search-attributes.ts';

interface ChildOptions {
  readonly taskQueue: string;
  readonly parentClosePolicy: typeof ParentClosePolicy.REQUEST_CANCEL;
  readonly cancellationType: ChildWorkflowCancellationType;
  readonly workflowIdReusePolicy: typeof WorkflowIdReusePolicy.ALLOW_DUPLICATE;
  readonly typedSearchAttributes: TypedSearchAttributes;
}

/**
 * Ids may be used again: which items are still open is decided in the store, so a second run of a stage starts only
 * what has no outcome yet.
 */
export function childOptions(runId: string, stage: string): ChildOptions {
  return {
    taskQueue: taskQueues.workflows,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    typedSearchAttributes: startAttributes(runId, stage),
  };
}
