/** Where the slots for calls spend a stage, read from the histories of a run. */
import { taskQueues } from '../../src/domain/run/task-queues.ts';
import { type ActivitySpan, activitySpans, type Execution, lifetime, workflowTasks } from './histories.ts';
import { quantile } from './markdown.ts';

/** Seconds of wall time; slot time is divided by the number of slots. The last four add up to the first. */
export interface StageAccount {
  readonly name: string;
  readonly wallSeconds: number;
  /** The endpoint works on a call: the latency that was recorded with it. */
  readonly answeringSeconds: number;
  /** A call holds its slot before and after the request. */
  readonly restSeconds: number;
  /** A slot is free although calls wait in the queue: dispatch and our own processor time. */
  readonly queuedSeconds: number;
  /** No call waits: barriers inside items, proofs, the tail of the stage. */
  readonly nothingSeconds: number;
}

/** The stages that ask models, in order; `slots` is the concurrency of each queue. */
export function stageAccounts(
  executions: readonly Execution[],
  { slots, latencySeconds }: { slots: number; latencySeconds: number },
): StageAccount[] {
  const spans = executions.flatMap(activitySpans);
  return ['question', 'instance'].map((kind) => {
    const walkers = executions.filter(
      ({ type, workflowId }) => type === 'itemPartition' && workflowId.includes(`/${kind}/`),
    );
    const from = Math.min(...walkers.map((walker) => lifetime(walker).startedAt));
    const to = Math.max(...walkers.map((walker) => lifetime(walker).endedAt));
    const calls = busierQueue(spans.filter(({ startedAt }) => startedAt >= from && startedAt <= to));
    return { name: `${kind}s`, ...account({ calls, slots, from, to, latencySeconds }) };
  });
}

function busierQueue(spans: readonly ActivitySpan[]): ActivitySpan[] {
  const of = (queue: string): ActivitySpan[] => spans.filter((span) => span.queue === queue);
  const held = (calls: readonly ActivitySpan[]): number =>
    calls.reduce((sum, call) => sum + call.endedAt - call.startedAt, 0);
  const [writers, judges] = [of(taskQueues.llmTeacher), of(taskQueues.llmJudge)];
  return held(writers) > held(judges) ? writers : judges;
}

export interface SlotUse {
  readonly calls: readonly ActivitySpan[];
  readonly slots: number;
  readonly from: number;
  readonly to: number;
  readonly latencySeconds: number;
}

/** Where the slots of one queue spend the time between two moments, in milliseconds of the server's clock. */
export function account({ calls, slots, from, to, latencySeconds }: SlotUse): Omit<StageAccount, 'name'> {
  const steps = calls
    .flatMap(({ scheduledAt, startedAt, endedAt }) => [
      { at: scheduledAt, waiting: 1, running: 0 },
      { at: startedAt, waiting: -1, running: 1 },
      { at: endedAt, waiting: 0, running: -1 },
    ])
    .toSorted((a, b) => a.at - b.at);
  let [at, waiting, running, held, queued, nothing] = [from, 0, 0, 0, 0, 0];
  for (const step of [...steps, { at: to, waiting: 0, running: 0 }]) {
    const free = Math.max(0, slots - running) * (step.at - at);
    const wanted = Math.min(waiting, Math.max(0, slots - running)) * (step.at - at);
    held += running * (step.at - at);
    queued += wanted;
    nothing += free - wanted;
    at = step.at;
    waiting += step.waiting;
    running += step.running;
  }
  const seconds = (slotMs: number): number => slotMs / slots / 1000;
  const answeringSeconds = (calls.length * latencySeconds) / slots;
  return {
    wallSeconds: (to - from) / 1000,
    answeringSeconds,
    restSeconds: seconds(held) - answeringSeconds,
    queuedSeconds: seconds(queued),
    nothingSeconds: seconds(nothing),
  };
}

/** Milliseconds; each pair is the median and the 99th of a hundred. */
export interface Waits {
  readonly what: string;
  readonly count: number;
  readonly waited: readonly [number, number];
  readonly worked: readonly [number, number];
}

/** Activities by name, and workflow tasks. */
export function waitsOf(executions: readonly Execution[]): Waits[] {
  const spans = executions.flatMap(activitySpans);
  const names = [...new Set(spans.map(({ name }) => name))].toSorted();
  const tasks = executions.flatMap(workflowTasks);
  return [
    ...names.map((name) => {
      const some = spans.filter((span) => span.name === name);
      return waits(name, {
        waited: some.map((span) => span.startedAt - span.scheduledAt),
        worked: some.map((span) => span.endedAt - span.startedAt),
      });
    }),
    waits('workflow task', { waited: tasks.map((task) => task.waitedMs), worked: tasks.map((task) => task.workedMs) }),
  ];
}

function waits(what: string, { waited, worked }: { waited: readonly number[]; worked: readonly number[] }): Waits {
  const pair = (values: readonly number[]): [number, number] => [quantile(values, 0.5), quantile(values, 0.99)];
  return { what, count: waited.length, waited: pair(waited), worked: pair(worked) };
}
