/**
 * Task queues (ours): one per scarce resource, so that a limit or an outage of one never holds up another.
 * These names are a persisted interface.
 */
import type { ModelRole } from './schema.ts';

export const taskQueues = {
  workflows: 'astra-workflows',
  store: 'astra-db',
  llmTeacher: 'astra-llm-teacher',
  llmJudge: 'astra-llm-judge',
  llmPolicy: 'astra-llm-policy',
  probe: 'astra-llm-probe',
  tools: 'astra-tools',
  sandbox: 'astra-sandbox',
  trainer: 'astra-trainer',
} as const;

/** The queue on which calls of a role wait; writers share one, judges and the agent have their own. */
export function llmQueue(role: ModelRole): string {
  if (role === 'judge') return taskQueues.llmJudge;
  return role === 'agent' ? taskQueues.llmPolicy : taskQueues.llmTeacher;
}
