/** Polls the task queues of some roles until the process is told to stop. */
import { availableParallelism } from 'node:os';
import { NativeConnection, Worker, type WorkerOptions, type WorkflowBundle } from '@temporalio/worker';
import type { Pool } from 'pg';
import { type AdaptiveSlots, createAdaptiveSlots } from '../activities/llm/adaptive-slots.ts';
import type { OwnedMcp } from '../activities/mcp/activities.ts';
import type { OwnedSandbox } from '../activities/sandbox/contract.ts';
import {
  composeClient,
  composeLlmActivities,
  composeMcp,
  composePool,
  composeProofActivities,
  composeSandbox,
  composeStoreActivities,
  type LlmParts,
  toolCallsAtOnce,
} from '../compose.ts';
import { composeTrainerActivities, type TrainerParts } from '../compose-training.ts';
import type { ProcessConfig } from '../config/process-config.ts';
import { ForeignServer, foreignServer } from '../config/served-namespace.ts';
import { taskQueues } from '../domain/run/task-queues.ts';
import { buildWorkflowBundle } from './bundle.ts';
import { type QueueKey, queuesOf, type WorkerRole } from './roles.ts';

/** Calls in flight per llm queue until a run's models say otherwise. */
const firstConcurrency = 8;

/** Two per core: while one waits for the store or checks in this process, the other keeps the core's interpreter busy. */
const proofsAtOnce = Math.max(4, 2 * availableParallelism());

/** Groups that play at once: each samples all of its rollouts together. */
const rolloutsAtOnce = 8;

/** Everything a queue's worker needs beyond connection and name. */
type QueueOptions = Partial<WorkerOptions>;

export async function serve(config: ProcessConfig, roles: readonly WorkerRole[], onReady: () => void): Promise<void> {
  const { temporal } = config;
  if (temporal === undefined)
    throw new Error('the address of Temporal is not known: "astra up", or set TEMPORAL_ADDRESS');
  const connection = await NativeConnection.connect({ ...temporal.connection, address: temporal.address });
  const closers: (() => Promise<void>)[] = [() => connection.close()];
  try {
    const foreign = await foreignServer(connection.workflowService, config);
    if (foreign !== undefined) throw new ForeignServer(foreign);
    const resources = await prepare(config, roles, closers);
    const workers = await Promise.all(
      queuesOf(roles).map((queue) =>
        Worker.create({
          connection,
          namespace: temporal.namespace,
          taskQueue: taskQueues[queue],
          shutdownGraceTime: '30 seconds',
          shutdownForceTime: '60 seconds',
          maxHeartbeatThrottleInterval: '10 seconds',
          ...queueOptions[queue](resources),
        }),
      ),
    );
    onReady();
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

interface Resources {
  readonly pool: Pool;
  readonly slotsOf: (queue: string) => AdaptiveSlots;
  readonly bundle: WorkflowBundle | undefined;
  readonly llm: LlmParts | undefined;
  readonly sandbox: OwnedSandbox | undefined;
  readonly mcp: OwnedMcp | undefined;
  readonly trainer: TrainerParts | undefined;
}

/** Builds what the roles need, once per process; what has to be closed is added to `closers`. */
async function prepare(
  config: ProcessConfig,
  roles: readonly WorkerRole[],
  closers: (() => Promise<void>)[],
): Promise<Resources> {
  const pool = composePool(config, `astra-worker:${roles.join('+')}`);
  closers.push(() => pool.end());
  const slotsOf = createSlots();
  const bundle = roles.includes('workflows') ? await buildWorkflowBundle() : undefined;
  const llm = roles.includes('llm') ? await prepareLlm({ config, pool, slotsOf, closers }) : undefined;
  const sandbox = roles.some((role) => toolRunners.has(role)) ? await composeSandbox(config) : undefined;
  if (sandbox !== undefined) closers.push(() => sandbox.close());
  const trainer = roles.includes('trainer') ? prepareTrainer({ config, pool, sandbox, closers }) : undefined;
  const mcp = queuesOf(roles).includes('tools') ? await composeMcp(pool) : undefined;
  if (mcp !== undefined) closers.push(() => mcp.close());
  return { pool, slotsOf, bundle, llm, sandbox, mcp, trainer };
}

/** Roles that run the code of tools. */
const toolRunners: ReadonlySet<WorkerRole> = new Set(['sandbox', 'trainer']);

function prepareTrainer(parts: {
  config: ProcessConfig;
  pool: Pool;
  sandbox: OwnedSandbox | undefined;
  closers: (() => Promise<void>)[];
}): TrainerParts | undefined {
  const { sandbox, closers } = parts;
  if (sandbox === undefined) return undefined;
  const trainer = composeTrainerActivities({ ...parts, sandbox });
  closers.push(() => trainer.close());
  return trainer;
}

async function prepareLlm(parts: {
  config: ProcessConfig;
  pool: Pool;
  slotsOf: (queue: string) => AdaptiveSlots;
  closers: (() => Promise<void>)[];
}): Promise<LlmParts> {
  const client = await composeClient(parts.config);
  parts.closers.push(() => client.connection.close());
  const llm = await composeLlmActivities({ ...parts, client });
  parts.closers.push(() => llm.close());
  return llm;
}

/** One set of slots per queue, shared by its worker and its activities. */
function createSlots(): (queue: string) => AdaptiveSlots {
  const slots = new Map<string, AdaptiveSlots>();
  return (queue) => {
    const known = slots.get(queue) ?? createAdaptiveSlots({ maximum: firstConcurrency, now: () => Date.now() });
    slots.set(queue, known);
    return known;
  };
}

const llmOptions =
  (queue: QueueKey) =>
  ({ llm, slotsOf }: Resources): QueueOptions => ({
    ...(llm && { activities: llm.llm }),
    tuner: llmTuner(slotsOf(taskQueues[queue])),
  });

const queueOptions: Record<QueueKey, (resources: Resources) => QueueOptions> = {
  workflows: ({ bundle }) => ({
    ...(bundle && { workflowBundle: bundle }),
    maxCachedWorkflows: 600,
    maxConcurrentWorkflowTaskExecutions: 100,
  }),
  store: ({ pool }) => ({ activities: composeStoreActivities(pool), maxConcurrentActivityTaskExecutions: 50 }),
  sandbox: ({ pool, sandbox }) => ({
    ...(sandbox && { activities: composeProofActivities(pool, sandbox) }),
    maxConcurrentActivityTaskExecutions: proofsAtOnce,
  }),
  tools: ({ mcp }) => ({
    ...(mcp && { activities: mcp.activities }),
    maxConcurrentActivityTaskExecutions: toolCallsAtOnce,
  }),
  trainer: ({ trainer }) => ({
    ...(trainer && { activities: trainer.activities }),
    maxConcurrentActivityTaskExecutions: rolloutsAtOnce,
  }),
  probe: ({ llm }) => ({ ...(llm && { activities: llm.probe }), maxConcurrentActivityTaskExecutions: 2 }),
  llmTeacher: llmOptions('llmTeacher'),
  llmJudge: llmOptions('llmJudge'),
  llmPolicy: llmOptions('llmPolicy'),
};

function llmTuner(activityTaskSlotSupplier: AdaptiveSlots): NonNullable<WorkerOptions['tuner']> {
  const none = { type: 'fixed-size', numSlots: 1 } as const;
  return {
    activityTaskSlotSupplier,
    workflowTaskSlotSupplier: none,
    localActivityTaskSlotSupplier: none,
    nexusTaskSlotSupplier: none,
  };
}
