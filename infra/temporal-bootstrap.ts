/** What a Temporal server must have before ASTRA runs on it: namespace, retention, search attributes. Idempotent. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto'; // CommonJS: named imports fail at run time under Node

const { IndexedValueType } = proto.temporal.api.enums.v1;
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

/** Hours that closed workflows stay visible; the dev server's own default is 24. */
export const RETENTION_HOURS = 720;

/** Custom search attributes by name: the fields people filter runs by in the UI and the CLI. */
export const SEARCH_ATTRIBUTES = {
  AstraRun: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  AstraPhase: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  AstraStage: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  AstraOutcome: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  AstraItem: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  AstraDomain: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  AstraModel: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  AstraAccepted: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  AstraRejected: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  AstraCost: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
} as const;

export interface BootstrapResult {
  readonly namespaceCreated: boolean;
  /** Retention found before, in hours, when it was raised; absent when it was right. */
  readonly retentionRaisedFrom?: number;
  readonly attributesAdded: readonly string[];
}

/**
 * Brings the namespace of any Temporal server, embedded or external, to what ASTRA needs; does nothing the second time.
 * Retention is only ever raised. Fails when an attribute exists with another type, or when rights are missing.
 */
export async function bootstrapTemporal(connection: Connection, namespace: string): Promise<BootstrapResult> {
  const namespaceCreated = await createNamespace(connection, namespace);
  const retentionRaisedFrom = await raiseRetention(connection, namespace);
  const attributesAdded = await addSearchAttributes(connection, namespace);
  await waitUntilAttributesServe(connection, namespace);
  return { namespaceCreated, attributesAdded, ...(retentionRaisedFrom === undefined ? {} : { retentionRaisedFrom }) };
}

const retention = msToTs(RETENTION_HOURS * 3_600_000);

async function createNamespace(connection: Connection, namespace: string): Promise<boolean> {
  if (await describe(connection, namespace)) return false;
  try {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === ALREADY_EXISTS) return false; // another start was faster
    throw new Error(`cannot create the Temporal namespace ${namespace}`, { cause: error });
  }
  return true;
}

async function describe(
  connection: Connection,
  namespace: string,
): Promise<proto.temporal.api.workflowservice.v1.IDescribeNamespaceResponse | undefined> {
  try {
    return await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND) return undefined;
    throw error;
  }
}

async function raiseRetention(connection: Connection, namespace: string): Promise<number | undefined> {
  const description = await describe(connection, namespace);
  const seconds = Number(description?.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (description === undefined || seconds >= RETENTION_HOURS * 3600) return undefined;
  await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  return seconds / 3600;
}

async function addSearchAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const listed = await whileCachesLag(namespace, () => connection.operatorService.listSearchAttributes({ namespace }));
  const present = listed.customAttributes;
  const missing: Record<string, proto.temporal.api.enums.v1.IndexedValueType> = {};
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTES)) {
    const found = present[name];
    if (found === undefined) missing[name] = type;
    else if (found !== type) {
      const [got, expected] = [IndexedValueType[found], IndexedValueType[type]];
      throw new Error(
        `search attribute ${name} of namespace ${namespace} has type ${got}, expected ${expected}: use another namespace (TEMPORAL_NAMESPACE)`,
      );
    }
  }
  const names = Object.keys(missing);
  if (names.length > 0) await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
  return names;
}

async function waitUntilAttributesServe(connection: Connection, namespace: string): Promise<void> {
  const query = Object.keys(SEARCH_ATTRIBUTES)
    .map((name) => `${name} IS NULL`)
    .join(' AND ');
  await whileCachesLag(namespace, () => connection.workflowService.countWorkflowExecutions({ namespace, query }));
}

/** A server learns namespaces and attributes by caches that lag some seconds; until then it calls them unknown. */
async function whileCachesLag<T>(namespace: string, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const lagging = isGrpcServiceError(error) && [INVALID_ARGUMENT, NOT_FOUND].includes(Number(error.code));
      if (!lagging || Date.now() > deadline) {
        throw new Error(`the Temporal namespace ${namespace} or its search attributes cannot be used`, {
          cause: error,
        });
      }
    }
    await sleep(50);
  }
}
