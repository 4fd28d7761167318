/** What a run left in Temporal: its executions with all their events. */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

export interface Execution {
  readonly type: string;
  readonly workflowId: string;
  readonly events: readonly HistoryEvent[];
}

/** All executions of a run, read eight at a time. */
export async function readExecutions(client: Client, run: string): Promise<Execution[]> {
  const listed: { type: string; workflowId: string; runId: string }[] = [];
  for await (const { type, workflowId, runId } of client.workflow.list({ query: `AstraRun = "${run}"` }))
    listed.push({ type, workflowId, runId });
  const found: Execution[] = [];
  const lane = async (): Promise<void> => {
    for (let next = listed.pop(); next !== undefined; next = listed.pop()) {
      const { events } = await client.workflow.getHandle(next.workflowId, next.runId).fetchHistory();
      found.push({ type: next.type, workflowId: next.workflowId, events: events ?? [] });
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return found;
}

/** An activity that completed; times in milliseconds of the server's clock. */
export interface ActivitySpan {
  readonly name: string;
  readonly queue: string;
  readonly scheduledAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

export function activitySpans({ events }: Execution): ActivitySpan[] {
  const byId = new Map(events.map((event) => [Number(event.eventId), event]));
  return events.flatMap((event) => {
    const ended = event.activityTaskCompletedEventAttributes;
    if (!ended) return [];
    const scheduled = byId.get(Number(ended.scheduledEventId));
    const started = byId.get(Number(ended.startedEventId));
    const what = scheduled?.activityTaskScheduledEventAttributes;
    return [
      {
        name: what?.activityType?.name ?? '',
        queue: what?.taskQueue?.name ?? '',
        scheduledAt: timeOf(scheduled),
        startedAt: timeOf(started),
        endedAt: timeOf(event),
      },
    ];
  });
}

/** Milliseconds between the first and the last event. */
export function lifetime({ events }: Execution): { startedAt: number; endedAt: number } {
  return { startedAt: timeOf(events[0]), endedAt: timeOf(events.at(-1)) };
}

/** Milliseconds that workflow tasks waited for a worker, and that it took to answer them. */
export function workflowTasks({ events }: Execution): { waitedMs: number; workedMs: number }[] {
  const byId = new Map(events.map((event) => [Number(event.eventId), event]));
  return events.flatMap((event) => {
    const ended = event.workflowTaskCompletedEventAttributes;
    if (!ended) return [];
    const [scheduled, started] = [byId.get(Number(ended.scheduledEventId)), byId.get(Number(ended.startedEventId))];
    return [{ waitedMs: timeOf(started) - timeOf(scheduled), workedMs: timeOf(event) - timeOf(started) }];
  });
}

/** Bytes of data in each payload below a value; metadata (encoding, message type) is not counted. */
export function payloadSizes(value: unknown): readonly number[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if ('metadata' in value && 'data' in value && value.data instanceof Uint8Array) return [value.data.byteLength];
  return Object.values(value).flatMap(payloadSizes);
}

function timeOf(event: HistoryEvent | undefined): number {
  const { seconds, nanos } = event?.eventTime ?? {};
  return Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6;
}
