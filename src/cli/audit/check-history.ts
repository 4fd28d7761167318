/** Temporal's account of a run against the store's: the outcome of each item, and what crossed the histories. */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { Pool } from 'pg';
import { itemOutcomes } from '../../activities/store/audit-data.ts';
import type { Finding } from './finding.ts';

/** Bodies live in Postgres: what crosses a history is small. */
const largestPayloadBytes = 32 * 1024;
/** Histories read in full; more would take minutes and show nothing new. */
const mostHistories = 500;

export interface HistoryCheck {
  readonly executions: number;
  /** Items whose execution Temporal still has. */
  readonly compared: number;
  readonly histories: number;
  readonly largestPayloadBytes: number;
  readonly findings: readonly Finding[];
}

/** Compares every execution of an environment or trajectory with its item, and measures the payloads of up to 500 histories. */
export async function checkHistory(pool: Pool, client: Client, run: string): Promise<HistoryCheck> {
  const outcomes = await itemOutcomes(pool, run);
  const findings: Finding[] = [];
  const newest = new Map<string, WorkflowExecutionInfo>();
  let [executions, histories, largest] = [0, 0, 0];
  for await (const execution of client.workflow.list({ query: `AstraRun = "${run}"` })) {
    executions += 1;
    if (histories++ < mostHistories) largest = Math.max(largest, await largestPayload(client, execution, findings));
    if (['environment', 'statefulEnvironment', 'trajectory'].includes(execution.type)) keepNewest(newest, execution);
  }
  let compared = 0;
  for (const [workflowId, execution] of newest) {
    const id = workflowId.slice(workflowId.lastIndexOf('/') + 1);
    const said = outcomeOf(execution);
    if (said === undefined) continue;
    compared += 1;
    const stored = outcomes.get(id);
    if (stored !== said)
      findings.push({
        part: 'history',
        id,
        detail: `its execution ended ${said}, the store says ${stored ?? 'nothing'}`,
      });
  }
  return {
    executions,
    compared,
    histories: Math.min(histories, mostHistories),
    largestPayloadBytes: largest,
    findings,
  };
}

/** An item that was opened again has several executions under one id: the last one counts. */
function keepNewest(newest: Map<string, WorkflowExecutionInfo>, execution: WorkflowExecutionInfo): void {
  const known = newest.get(execution.workflowId);
  if (known === undefined || known.startTime < execution.startTime) newest.set(execution.workflowId, execution);
}

/** The outcome an execution showed, or undefined while it is open or was ended from outside. */
function outcomeOf({ status, typedSearchAttributes }: WorkflowExecutionInfo): string | undefined {
  if (status.name !== 'COMPLETED') return undefined;
  const shown = typedSearchAttributes.getAll().find(({ key }) => key.name === 'AstraOutcome');
  return shown === undefined ? undefined : String(shown.value);
}

async function largestPayload(client: Client, execution: WorkflowExecutionInfo, findings: Finding[]): Promise<number> {
  const { workflowId, runId } = execution;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const sizes = (events ?? []).flatMap(payloadSizes);
  const largest = Math.max(0, ...sizes);
  if (largest > largestPayloadBytes)
    findings.push({
      part: 'history',
      id: workflowId,
      detail: `a payload of ${largest} bytes, more than ${largestPayloadBytes}`,
    });
  return largest;
}

/** Bytes of each payload below a history event. */
function payloadSizes(value: unknown): readonly number[] {
  if (value instanceof Uint8Array) return [value.byteLength];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(payloadSizes);
}
