/**
 * Processor time of our side for one call of a model, against an empty activity on the same servers.
 * Ours: worker, Temporal, Postgres. Not ours: the teacher, and the Python that runs tool code; both are shown beside it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cost, emptyActivities, floorShape, perUnit, sumOf } from './support/empty-activities.ts';
import { fixed, table } from './support/markdown.ts';
import { runPipeline } from './support/pipeline-run.ts';
import { type BenchStack, spent, withStack } from './support/stack.ts';

const questions = Number(process.env['ASTRA_BENCH_QUESTIONS'] ?? 60);

async function measure(stack: BenchStack): Promise<string> {
  await runPipeline(stack, { run: 'warm', questions: 4, concurrency: 8, seed: 1 });
  const floorBefore = await emptyActivities(stack);
  const before = stack.processorTime();
  const run = await runPipeline(stack, { run: 'overhead', questions, concurrency: 8, seed: 2 });
  const used = spent(before, stack.processorTime());
  const floorAfter = await emptyActivities(stack);
  const idle = await idleShare(stack);
  const ours = perUnit(used, run.calls);
  const floor = (sumOf(floorBefore) + sumOf(floorAfter)) / 2;
  const besides = perUnit({ ...used, worker: used.sandbox, temporal: used.teacher }, run.calls);
  return [
    `${run.calls} calls, ${run.environments} environments from ${questions} questions, ${run.broken} items failed; wall ${fixed(run.wallSeconds, 1)} s.`,
    `Floor: ${floorShape}, once before and once after the run.`,
    '',
    table([
      ['processor ms per unit', 'worker', 'Temporal', 'Postgres', 'together'],
      ['one call of a model, all of the run in it', ...cells(ours)],
      ['empty activity, before', ...cells(floorBefore)],
      ['empty activity, after', ...cells(floorAfter)],
    ]),
    '',
    `**Ratio ${fixed(sumOf(ours) / floor)}** (goal: at most 2.0), against the mean of the two floors.`,
    `Not in it: sandboxed Python ${fixed(besides.worker, 1)} ms and the teacher ${fixed(besides.temporal, 1)} ms a call.`,
    `An idle stack uses ${fixed(idle * 100, 1)} % of one core (worker, Temporal, Postgres).`,
  ].join('\n');
}

const cells = (cost: Cost): string[] =>
  [cost.worker, cost.temporal, cost.postgres, sumOf(cost)].map((ms) => fixed(ms, 1));

/** Cores that our side uses while there is nothing to do. */
async function idleShare(stack: BenchStack): Promise<number> {
  const seconds = 5;
  const before = stack.processorTime();
  await sleep(seconds * 1000);
  return sumOf(spent(before, stack.processorTime())) / seconds;
}

console.log(await withStack(measure));
