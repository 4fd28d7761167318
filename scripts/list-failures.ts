/**
 * Lists what failed and why: executions of a run that did not end well, with the innermost cause of each.
 * Usage: sh scripts/bootstrap.sh scripts/list-failures.ts RUN
 * Rejected and quarantined items are results, not failures: see astra status RUN.
 */
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { loadProcessConfig } from '../src/config/load.ts';

const [run] = process.argv.slice(2);
if (run === undefined || run.includes('"')) throw new Error('usage: list-failures.ts RUN');
const { temporal } = loadProcessConfig();
if (temporal === undefined) throw new Error('no Temporal address is known: type astra up, or set TEMPORAL_ADDRESS');

const connection = await Connection.connect(temporal.connection);
const client = new Client({ connection, namespace: temporal.namespace });

// Search attributes are columns of Temporal's own index: the same filter works in the UI.
const failed = client.workflow.list({
  query: `AstraRun = "${run}" AND ExecutionStatus IN ("Failed", "Terminated", "TimedOut")`,
});
for await (const { workflowId, runId, type } of failed) {
  const error: unknown = await client.workflow.result(workflowId, runId).catch((cause: unknown) => cause);
  console.log(`${workflowId}  ${type}  ${error instanceof WorkflowFailedError ? rootCause(error) : String(error)}`);
}

// Items are counted by outcome, also where their execution ended well.
const items = client.workflow.list({
  query: `AstraRun = "${run}" AND WorkflowType IN ("environment", "statefulEnvironment", "trajectory") AND AstraOutcome IS NOT NULL`,
});
const counts = new Map<string, number>();
for await (const { typedSearchAttributes } of items) {
  const outcome = typedSearchAttributes.getAll().find(({ key }) => key.name === 'AstraOutcome')?.value;
  counts.set(String(outcome), (counts.get(String(outcome)) ?? 0) + 1);
}
for (const [outcome, count] of counts) console.log(`${String(count).padStart(6)}  ${outcome}`);
await connection.close();

function rootCause(error: Error): string {
  return error.cause instanceof Error ? rootCause(error.cause) : error.message;
}
