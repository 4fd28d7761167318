/** What a run over conversations asked of its models, by queue and stage, and where its time went. */
import { query } from '../../src/activities/store/pool.ts';
import { promptRoles } from '../../src/domain/prompt/roles.ts';
import type { ModelRole } from '../../src/domain/run/schema.ts';
import { llmQueue } from '../../src/domain/run/task-queues.ts';
import { type ActivitySpan, activitySpans, type Execution, lifetime } from './histories.ts';
import type { BenchStack } from './stack.ts';
import { account, type StageAccount } from './stage-account.ts';

export const stageNames = ['chains', 'tasks', 'episodes'] as const;
export type StageName = (typeof stageNames)[number];

/** Recorded calls of one prompt. */
export interface Asked {
  readonly stage: StageName;
  readonly role: ModelRole;
  readonly queue: string;
  readonly calls: number;
  readonly seconds: number;
}

/** Calls that the run paid for, by prompt; seconds are the recorded latencies. */
export async function askedOf({ pool }: BenchStack, run: string): Promise<Asked[]> {
  const rows = await query<{ prompt: string; calls: number; seconds: number }>(
    pool,
    `select prompt, count(*) as calls, sum(latency_ms) / 1000 as seconds
     from charge join llm_call using (call_key) where charge.run_id = $1 group by prompt order by prompt`,
    [run],
  );
  return rows.map(({ prompt, calls, seconds }) => {
    const role = roleOf(prompt);
    return { stage: stageOf(prompt), role, queue: llmQueue(role), calls, seconds };
  });
}

function roleOf(prompt: string): ModelRole {
  const known = Object.entries(promptRoles).find(([id]) => id === prompt);
  // Turns of the agent are conversations and no prompt.
  return known?.[1] ?? 'agent';
}

function stageOf(prompt: string): StageName {
  if (prompt.startsWith('task/')) return 'tasks';
  return prompt.includes('chain') ? 'chains' : 'episodes';
}

/** Seconds per key. */
export function secondsBy(asked: readonly Asked[], key: (one: Asked) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const one of asked) sums.set(key(one), (sums.get(key(one)) ?? 0) + one.seconds);
  return sums;
}

/** The queue that most was asked of. */
export function busiest(asked: readonly Asked[]): { readonly queue: string; readonly seconds: number } {
  const [first] = [...secondsBy(asked, ({ queue }) => queue)].toSorted(([, a], [, b]) => b - a);
  return { queue: first?.[0] ?? '', seconds: first?.[1] ?? 0 };
}

const roots: Readonly<Record<StageName, string>> = {
  chains: 'chainBuilding',
  tasks: 'taskConstruction',
  episodes: 'trajectorySynthesis',
};

/** Per stage the slots of the queue that it asks most of. */
export function stageSlots(
  executions: readonly Execution[],
  { asked, slots }: { asked: readonly Asked[]; slots: number },
): StageAccount[] {
  const spans = executions.flatMap(activitySpans);
  return stageNames.flatMap((name) => {
    const lifetimes = executions.filter(({ type }) => type === roots[name]).map(lifetime);
    if (lifetimes.length === 0) return [];
    const from = Math.min(...lifetimes.map(({ startedAt }) => startedAt));
    const to = Math.max(...lifetimes.map(({ endedAt }) => endedAt));
    const inside = asked.filter(({ stage }) => stage === name);
    const { queue, seconds } = busiest(inside);
    const calls = spans.filter((span) => span.queue === queue && span.startedAt >= from && span.startedAt < to);
    const latencySeconds = seconds / Math.max(1, calls.length);
    const short = queue.replace('astra-llm-', '');
    return [{ name: `${name} (${short})`, ...account({ calls, slots, from, to, latencySeconds }) }];
  });
}

/** Seconds in activities of a name, first and last moment aside: how long work took, not how much of it ran side by side. */
export function workedSeconds(spans: readonly ActivitySpan[], which: (span: ActivitySpan) => boolean): number {
  return spans.filter(which).reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0) / 1000;
}
