/**
 * Reads the histories of a run: executions by type and status, events, and the largest payload that crossed Temporal.
 * Usage: sh scripts/bootstrap.sh scripts/audit-run.ts RUN
 * `astra audit RUN` proves more: it replays every environment and recomputes ids and ledger.
 */
import { Client, Connection } from '@temporalio/client';
import { loadProcessConfig } from '../src/config/load.ts';

const [run] = process.argv.slice(2);
if (run === undefined || run.includes('"')) throw new Error('usage: audit-run.ts RUN');
const { temporal } = loadProcessConfig();
if (temporal === undefined) throw new Error('no Temporal address is known: type astra up, or set TEMPORAL_ADDRESS');

const connection = await Connection.connect(temporal.connection);
const client = new Client({ connection, namespace: temporal.namespace });
const groups = new Map<string, { executions: number; events: number; bytes: number }>();
let largest = { bytes: 0, where: 'none' };

for await (const { workflowId, runId, type, status } of client.workflow.list({ query: `AstraRun = "${run}"` })) {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const key = `${type} ${status.name.toLowerCase()}`;
  const group = groups.get(key) ?? { executions: 0, events: 0, bytes: 0 };
  for (const event of events ?? []) {
    const bytes = payloadBytes(event);
    group.bytes += bytes;
    if (bytes > largest.bytes) largest = { bytes, where: `${workflowId} event ${event.eventId}` };
  }
  groups.set(key, { ...group, executions: group.executions + 1, events: group.events + (events?.length ?? 0) });
}
console.table(Object.fromEntries(groups));
console.log(`largest payload: ${largest.bytes} bytes (${largest.where}); bodies live in Postgres, not in histories`);
await connection.close();

/** Bytes of all payload data below a history event. */
function payloadBytes(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((total, child) => total + payloadBytes(child), 0);
}
