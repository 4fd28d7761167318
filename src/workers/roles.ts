/**
 * Worker roles by resource need, and the task queues each of them serves. One process may have several roles; every
 * process on a queue registers the same activities.
 */
import type { taskQueues } from '../domain/run/task-queues.ts';

export const workerRoles = ['workflows', 'llm', 'sandbox', 'store', 'trainer'] as const;
export type WorkerRole = (typeof workerRoles)[number];

export type QueueKey = keyof typeof taskQueues;

const queuesOfRole: Record<WorkerRole, readonly QueueKey[]> = {
  workflows: ['workflows'],
  llm: ['llmTeacher', 'llmJudge', 'llmPolicy', 'probe', 'tools'],
  sandbox: ['sandbox'],
  store: ['store'],
  trainer: ['trainer'],
};

/** The queues of some roles, in a fixed order. */
export function queuesOf(roles: readonly WorkerRole[]): readonly QueueKey[] {
  return roles.flatMap((role) => queuesOfRole[role]);
}

/** Roles from a command line value such as "llm,store" or "all"; throws RangeError naming what is known. */
export function parseRoles(text: string): readonly WorkerRole[] {
  const names = text === 'all' ? workerRoles : text.split(',').map((name) => name.trim());
  return names.map((name) => {
    const role = workerRoles.find((known) => known === name);
    if (role === undefined) {
      throw new RangeError(`worker role "${name}" is not known: expected all or some of ${workerRoles.join(', ')}`);
    }
    return role;
  });
}
