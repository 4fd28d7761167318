/**
 * The composition root: the one place where clients of outside resources are built and handed to the activities.
 * Every resource is built once per process and closed by `close`.
 */
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { ConfigError as ConfigFailure, wrapActivities } from './activities/failures.ts';
import { createGateActivities, createProbeActivities } from './activities/gate/activities.ts';
import { createOutageGate } from './activities/gate/outage-gate.ts';
import { createSetQueueRate } from './activities/gate/task-queue-rate.ts';
import { createLlmActivities } from './activities/llm/activities.ts';
import type { CallSlots } from './activities/llm/adaptive-limit.ts';
import { createChat } from './activities/llm/chat.ts';
import { createEndpointProbe } from './activities/llm/endpoint-probe.ts';
import { loadPrompts } from './activities/llm/load-prompt.ts';
import { createOpenAiWire } from './activities/llm/openai-client.ts';
import { createOutageWatch } from './activities/llm/outage-watch.ts';
import { createMcpActivities, type OwnedMcp } from './activities/mcp/activities.ts';
import { checkDrift, type DriftReport } from './activities/mcp/drift-check.ts';
import { sweepScratch } from './activities/mcp/scratch-owner.ts';
import { openSession, type SessionDependencies } from './activities/mcp/session.ts';
import { createProofActivities } from './activities/proof/activities.ts';
import { createArgumentValidator } from './activities/proof/validate-arguments.ts';
import type { OwnedSandbox } from './activities/sandbox/contract.ts';
import { createZygoteSandbox } from './activities/sandbox/zygote-pool.ts';
import {
  createCallStore,
  createChainStoreActivities,
  createEmulationStoreActivities,
  createEpisodeStoreActivities,
  createGateStore,
  createProofStore,
  createStoreActivities,
  createTaskStoreActivities,
  createToolRecords,
} from './activities/store/activities.ts';
import type { ChainStoreActivities } from './activities/store/chain-contract.ts';
import type { StoreActivities } from './activities/store/contract.ts';
import type { EmulationStoreActivities } from './activities/store/emulation-contract.ts';
import type { EpisodeStoreActivities } from './activities/store/episode-contract.ts';
import { createPool } from './activities/store/pool.ts';
import type { TaskStoreActivities } from './activities/store/task-contract.ts';
import { eachRecordedWay } from './activities/store/tool-ways.ts';
import { ConfigError } from './config/config-error.ts';
import { checkout, readSecret, variableNames } from './config/load.ts';
import type { ProcessConfig } from './config/process-config.ts';
import { parseRunConfig } from './config/run-document.ts';
import type { Json } from './domain/json.ts';
import { promptSpecs } from './domain/prompt/registry.ts';
import { seededRng } from './domain/random.ts';
import { llmQueue } from './domain/run/task-queues.ts';

/** Sockets to the store per process: store workers run 50 short activities, llm workers record as many answers. */
const poolSize = 20;

export function composePool(config: ProcessConfig, applicationName: string): Pool {
  const connectionString = required(config.databaseUrl, 'DATABASE_URL', 'the address of Postgres');
  return createPool({ connectionString, applicationName, max: poolSize });
}

export function composeSandbox(config: ProcessConfig): Promise<OwnedSandbox> {
  return createZygoteSandbox(config.sandboxPython === undefined ? {} : { python: config.sandboxPython });
}

/** A client for starting, signalling and reading workflows. */
export async function composeClient(config: ProcessConfig): Promise<Client> {
  const temporal = required(config.temporal, 'TEMPORAL_ADDRESS', 'the address of Temporal');
  const connection = await Connection.connect({ ...temporal.connection, address: temporal.address });
  return new Client({ connection, namespace: temporal.namespace });
}

/** Activities of the store role. A run that was started with Temporal's own tools brings its configuration unchecked. */
export function composeStoreActivities(pool: Pool): object {
  const store = createStoreActivities(pool);
  return wrapActivities<
    StoreActivities & ChainStoreActivities & TaskStoreActivities & EmulationStoreActivities & EpisodeStoreActivities
  >({
    ...store,
    ...createChainStoreActivities(pool),
    ...createTaskStoreActivities(pool),
    ...createEmulationStoreActivities(pool),
    ...createEpisodeStoreActivities(pool),
    openRun: async (input) => store.openRun({ ...input, config: checkedConfig(input.config) }),
  });
}

function checkedConfig(config: Json): Json {
  try {
    // Parsed configurations are JSON: the schema knows no other values.
    return parseRunConfig(config) as Json;
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigFailure('Invalid', error.message, { cause: error });
    throw error;
  }
}

export const composeProofActivities = (pool: Pool, sandbox: OwnedSandbox): object =>
  wrapActivities(createProofActivities({ sandbox, store: createProofStore(pool) }));

/** A package may have to be installed before a server's first word. Messages: the largest listing seen is below 1 MB. */
const sessionLimits = { connectMs: 240_000, requestMs: 60_000, largestMessage: 8 * 1024 * 1024 };

/** A server and what started it take some 150 MB: half of the memory is theirs. */
const mostServers = Math.min(64, Math.max(16, Math.floor(totalmem() / 2 / (150 * 2 ** 20))));
const shelfLimits = { most: mostServers, idleMs: 10 * 60_000, restMs: 60_000 };

/** Starting a server keeps a core busy for a second, and waits for its files for a part of it. */
const startsAtOnce = 2 * Math.max(2, availableParallelism());

/** Calls of agents that may be under way or wait for a server at once. */
export const toolCallsAtOnce = 2 * shelfLimits.most;

const sessionParts = (): SessionDependencies => ({
  read: readSecret,
  variables: variableNames(),
  limits: sessionLimits,
});

/** Makes the recorded calls of a run again, of one server or all. Fails with Store.NotFound for an unknown run. */
export function composeDriftCheck(pool: Pool): (run: string, server?: string) => Promise<DriftReport> {
  return (run, server) => checkDrift(eachRecordedWay(pool, run, server), (reach) => openSession(reach, sessionParts()));
}

/** Ends what earlier workers of this machine left behind, then offers the activities of tool servers. */
export async function composeMcp(pool: Pool): Promise<OwnedMcp> {
  await sweepScratch(tmpdir());
  return createMcpActivities(createProofStore(pool), createToolRecords(pool), {
    ...sessionParts(),
    shelf: shelfLimits,
    startsAtOnce,
  });
}

export interface LlmParts {
  readonly llm: object;
  readonly probe: object;
  /** Ends the sockets to the endpoints. */
  close(): Promise<void>;
}

/** Activities of the llm role; `slotsOf` names the adaptive slots of the worker that serves a queue. */
export async function composeLlmActivities(parts: {
  config: ProcessConfig;
  pool: Pool;
  client: Client;
  slotsOf: (queue: string) => CallSlots | undefined;
}): Promise<LlmParts> {
  const { config, pool, client, slotsOf } = parts;
  const now = (): number => Date.now();
  const rng = seededRng(`${process.pid}/${now()}`);
  const { connection } = client;
  const identity = `astra-gate@${process.pid}`;
  const setQueueRate = createSetQueueRate({ connection, namespace: client.options.namespace, identity });
  const outageGate = createOutageGate({ client: client.workflow, setQueueRate, now });
  const { gateProbeSeconds } = config;
  const gate = {
    trip: (notice: Parameters<typeof outageGate.trip>[0]) =>
      outageGate.trip({ ...notice, probeSeconds: gateProbeSeconds }),
  };
  const wire = createOpenAiWire();
  const fallbackBaseUrl = required(config.teacher.baseUrl, 'OPENAI_BASE_URL', 'the endpoint of the models');
  const chat = createChat({ wire, secret: readSecret, fallbackBaseUrl, now, rng });
  const store = createCallStore(pool);
  const prompts = await loadPrompts(resolve(checkout, 'prompts'), promptSpecs);
  const outages = createOutageWatch({ gate, rng });
  const validate = createArgumentValidator();
  return {
    llm: createLlmActivities({ store, prompts, chat, outages, queueOf: llmQueue, slotsOf, now, validate }),
    probe: {
      ...createGateActivities({ setQueueRate, store: createGateStore(pool) }),
      ...createProbeActivities(createEndpointProbe({ store, chat })),
    },
    close: () => wire.close(),
  };
}

function required<T>(value: T | undefined, variable: string, what: string): T {
  if (value !== undefined) return value;
  throw new Error(`${what} is not known: start the local stack with "astra up", or set ${variable}`);
}
