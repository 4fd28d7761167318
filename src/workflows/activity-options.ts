/**
 * Timeouts and retries, one named set per resource: the only place for durations.
 * Calls of a model have no schedule-to-close timeout and retry without end: an outage makes them wait, never fail.
 */
import type { ActivityOptions } from '@temporalio/common';
import { taskQueues } from '../domain/run/task-queues.ts';

export const storeOptions = {
  taskQueue: taskQueues.store,
  startToCloseTimeout: '1 minute',
  retry: {
    initialInterval: '500ms',
    maximumInterval: '15 seconds',
    nonRetryableErrorTypes: ['Store.Constraint', 'Store.BadInput', 'Config.Invalid', 'Config.Changed'],
  },
} satisfies ActivityOptions;

/** Reading every source of a run: files of any size, one after the other. */
export const planOptions = {
  ...storeOptions,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '1 minute',
} satisfies ActivityOptions;

export const llmOptions = {
  startToCloseTimeout: '65 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '2 seconds', maximumInterval: '5 minutes' },
} satisfies ActivityOptions;

export const sandboxOptions = {
  taskQueue: taskQueues.sandbox,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
} satisfies ActivityOptions;

/** Starting a tool server, which may install a package first. A server that fails four times, or whose worker does, fails its item. */
export const toolOptions = {
  taskQueue: taskQueues.tools,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '2 seconds', maximumInterval: '10 seconds', maximumAttempts: 4 },
} satisfies ActivityOptions;

/**
 * A call on a server, which may have to be started and brought back to its state first. Safe to repeat, so five tries;
 * a server that fails all of them fails its episode.
 */
export const toolCallOptions = {
  taskQueue: taskQueues.tools,
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 5 },
} satisfies ActivityOptions;

/** Training: rollouts, steps and jobs are found again under their keys, so a worker that died costs only the wait. */
export const trainerOptions = {
  taskQueue: taskQueues.trainer,
  startToCloseTimeout: '65 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
} satisfies ActivityOptions;

/** Telling a trainer that its work is not wanted any more: one that is away does not keep a run from ending. */
export const trainerStopOptions = {
  ...trainerOptions,
  startToCloseTimeout: '20 seconds',
  scheduleToCloseTimeout: '1 minute',
} satisfies ActivityOptions;

/** What an environment waits for last goes before the first proofs of others: short work that frees a whole item. */
export const finishOptions = { ...sandboxOptions, priority: { priorityKey: 2 } } satisfies ActivityOptions;

/** Turns of a conversation that has begun go before the first turns of others: judges get work early, servers are let go. */
export const goOnFirst = { priority: { priorityKey: 2 } } satisfies ActivityOptions;

/** Probes too: one whose worker died is made again, so that no gate stays closed. */
export const gateOptions = {
  taskQueue: taskQueues.probe,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
} satisfies ActivityOptions;

/** Events after which a loop drains and continues as new; the server suggests it at 4,096. */
export const historyBudget = 3_000;
