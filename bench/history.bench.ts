/** What a run puts into Temporal's histories: events per execution and bytes per payload, by workflow type. */
import { type Execution, payloadSizes, readExecutions } from './support/histories.ts';
import { quantile, table } from './support/markdown.ts';
import { runPipeline } from './support/pipeline-run.ts';
import { type BenchStack, withStack } from './support/stack.ts';

const questions = Number(process.env['ASTRA_BENCH_QUESTIONS'] ?? 40);

async function measure(stack: BenchStack): Promise<string> {
  const run = await runPipeline(stack, { run: 'history', questions, concurrency: 8, seed: 1 });
  const executions = await readExecutions(stack.client, run.run);
  const types = [...new Set(executions.map(({ type }) => type))].toSorted();
  const groups = [...types.map((type) => executions.filter((one) => one.type === type)), executions];
  const sizes = payloadSizes(executions.map(({ events }) => events));
  return [
    `${run.calls} calls, ${run.environments} environments from ${questions} questions, ${run.broken} items failed.`,
    '',
    table([
      ['workflow type', 'executions', 'events: p50', 'p99', 'max', 'payload bytes: p50', 'p99', 'max'],
      ...groups.map((group, index) => row(types[index] ?? 'all', group)),
    ]),
    '',
    `Payloads over 2 KB: ${sizes.filter((size) => size > 2048).length} of ${sizes.length}; largest ${Math.max(...sizes)} bytes (goal: 2 KB typical, none over 32,768).`,
    `Largest execution: ${Math.max(...executions.map(({ events }) => events.length))} events (goal: at most 4,096).`,
  ].join('\n');
}

function row(name: string, group: readonly Execution[]): (string | number)[] {
  const events = group.map((one) => one.events.length);
  const sizes = payloadSizes(group.map((one) => one.events));
  const three = (values: readonly number[]): number[] => [
    quantile(values, 0.5),
    quantile(values, 0.99),
    Math.max(...values),
  ];
  return [name, group.length, ...three(events), ...three(sizes)];
}

console.log(await withStack(measure));
