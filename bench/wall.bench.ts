/**
 * Wall time of a run against the time its calls need: LLM time divided by concurrency is what an ideal run would take.
 * The teacher answers after a fixed latency, so the calls are as short as calls are in life at their shortest.
 */
import { readExecutions } from './support/histories.ts';
import { fixed, table } from './support/markdown.ts';
import { type PipelineRun, runPipeline } from './support/pipeline-run.ts';
import { type BenchStack, withStack } from './support/stack.ts';
import { type StageAccount, stageAccounts, type Waits, waitsOf } from './support/stage-account.ts';

const questions = Number(process.env['ASTRA_BENCH_QUESTIONS'] ?? 60);
const latencyMs = Number(process.env['ASTRA_BENCH_LATENCY_MS'] ?? 400);
const concurrencies = (process.env['ASTRA_BENCH_CONCURRENCY'] ?? '8,16').split(',').map(Number);

interface Measured {
  readonly concurrency: number;
  readonly run: PipelineRun;
  readonly stages: readonly StageAccount[];
  readonly waits: readonly Waits[];
}

async function measureOne(stack: BenchStack, concurrency: number): Promise<Measured> {
  const run = await runPipeline(stack, { run: `wall-${concurrency}`, questions, concurrency, seed: 1 + concurrency });
  const executions = await readExecutions(stack.client, run.run);
  return {
    concurrency,
    run,
    stages: stageAccounts(executions, { slots: concurrency, latencySeconds: run.callSeconds / run.calls }),
    waits: waitsOf(executions),
  };
}

async function measure(stack: BenchStack): Promise<string> {
  await runPipeline(stack, { run: 'warm', questions: 4, concurrency: 8, seed: 1 });
  await stack.setLatency(latencyMs);
  const all: Measured[] = [];
  for (const concurrency of concurrencies) all.push(await measureOne(stack, concurrency));
  return [
    `${questions} questions, every reply ${latencyMs} ms late. Writers and judges wait on two queues, each with the full concurrency;`,
    'the second ratio counts, per stage, only the busier queue, and so forgives nothing.',
    '',
    table([
      [
        'concurrency',
        'calls',
        'LLM time',
        'wall',
        'LLM time / concurrency',
        '**ratio**',
        'by the busier queue',
        'failed items',
      ],
      ...all.map(ratioRow),
    ]),
    '',
    'Where the slots of the busier queue spend the run, in seconds of wall time:',
    '',
    table([
      [
        'concurrency',
        'stage',
        'wall',
        'endpoint answers',
        'rest of the activity',
        'free, calls queued',
        'free, nothing to ask',
      ],
      ...all.flatMap(({ concurrency, stages }) => stages.map((stage) => stageRow(concurrency, stage))),
    ]),
    '',
    'Waits in milliseconds, p50 / p99:',
    '',
    table([
      ['concurrency', 'what', 'count', 'schedule to start', 'start to end'],
      ...all.flatMap(({ concurrency, waits }) => waits.map((wait) => waitRow(concurrency, wait))),
    ]),
  ].join('\n');
}

function ratioRow({ concurrency, run, stages }: Measured): (string | number)[] {
  const ideal = run.callSeconds / concurrency;
  const strict = stages.reduce((sum, stage) => sum + stage.answeringSeconds, 0);
  return [
    concurrency,
    run.calls,
    `${fixed(run.callSeconds, 1)} s`,
    `${fixed(run.wallSeconds, 1)} s`,
    `${fixed(ideal, 1)} s`,
    `**${fixed(run.wallSeconds / ideal)}**`,
    fixed(run.wallSeconds / strict),
    run.broken,
  ];
}

function stageRow(concurrency: number, stage: StageAccount): (string | number)[] {
  const { wallSeconds, answeringSeconds, restSeconds, queuedSeconds, nothingSeconds } = stage;
  const seconds = [wallSeconds, answeringSeconds, restSeconds, queuedSeconds, nothingSeconds].map((one) =>
    fixed(one, 1),
  );
  return [concurrency, stage.name, ...seconds];
}

function waitRow(concurrency: number, { what, count, waited, worked }: Waits): (string | number)[] {
  const pair = (values: readonly [number, number]): string => values.map((value) => Math.round(value)).join(' / ');
  return [concurrency, what, count, pair(waited), pair(worked)];
}

console.log(await withStack(measure));
