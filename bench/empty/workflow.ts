/** The floor: a workflow that does nothing but call an activity that does nothing, one after the other. */
import { proxyActivities } from '@temporalio/workflow';

/** An activity queue of its own, as in the pipeline: no eager dispatch on the workflow's queue. */
const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({
  taskQueue: 'astra-bench-activities',
  startToCloseTimeout: '1 minute',
});

export async function emptySequence(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await nothing();
}
