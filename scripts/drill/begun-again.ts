/** Which activities of a run were in flight at a kill: Temporal's histories tell how often each was begun. */
import { Client, Connection } from '@temporalio/client';
import type { StackFile } from '../../src/config/stack-file.ts';

/** How many calls of an activity there were, and how many of them needed a second attempt. */
export interface Begun {
  readonly calls: number;
  readonly again: number;
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** By the name of the activity, over all executions of a run. */
export async function begunAgain({ temporal }: StackFile, run: string): Promise<Readonly<Record<string, Begun>>> {
  if (temporal === undefined) throw new Error('the stack of the drill has no Temporal');
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const { workflow } = new Client({ connection, namespace: temporal.namespace });
    const found: Record<string, Begun> = {};
    for await (const { workflowId, runId } of workflow.list({ query: `AstraRun = "${run}"` }))
      for (const { name, attempt } of attemptsIn(await workflow.getHandle(workflowId, runId).fetchHistory())) {
        const { calls, again } = found[name] ?? { calls: 0, again: 0 };
        found[name] = { calls: calls + 1, again: again + (attempt > 1 ? 1 : 0) };
      }
    return found;
  } finally {
    await connection.close();
  }
}

/** The attempt that each activity of a history ended with. */
function attemptsIn({ events }: History): readonly { readonly name: string; readonly attempt: number }[] {
  const names = new Map<string, string>();
  for (const { eventId, activityTaskScheduledEventAttributes: scheduled } of events ?? [])
    if (scheduled) names.set(String(eventId), scheduled.activityType?.name ?? 'without a name');
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started
      ? [{ name: names.get(String(started.scheduledEventId)) ?? 'without a name', attempt: started.attempt ?? 1 }]
      : [],
  );
}
