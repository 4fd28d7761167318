/**
 * A step of training by reinforcement with the real small model: what the workflows around the trainer cost, and how
 * fast our step is beside that of TRL's GRPO trainer on the same machine. Both are ratios taken within one run.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTrainer } from '../infra/trainer/prepare-trainer.ts';
import { startTrainer, type Trainer } from '../infra/trainer/start-trainer.ts';
import { createTrainerWire } from '../src/activities/trainer/http-wire.ts';
import { startBusyProxy } from './rl-step/busy-proxy.ts';
import { type Comparison, compare, realModel, type Timed } from './rl-step/comparison.ts';
import { measureSteps, type StepCost, type StepWish } from './rl-step/orchestration.ts';
import { prepareTrl, type Workload } from './rl-step/trl-process.ts';
import { fixed, quantile, table } from './support/markdown.ts';
import { type BenchStack, withStack } from './support/stack.ts';

const { env } = process;
const numbers = (name: string, usual: string): number[] => (env[name] ?? usual).split(',').map(Number);
const tools = join(import.meta.dirname, '../.astra-tools');
const home = env['ASTRA_BENCH_TRAINER_HOME'] ?? join(tools, 'bench-trainer');
const [prompts = 4, generations = 8, promptTokens = 128, completionTokens = 48] = numbers(
  'ASTRA_BENCH_BATCH',
  '4,8,128,48',
);
const [pairs = 3] = numbers('ASTRA_BENCH_PAIRS', '3');
const threadCounts = numbers('ASTRA_BENCH_THREADS', '1,2');
const [steps = 3] = numbers('ASTRA_BENCH_STEPS', '3');
const parts = (env['ASTRA_BENCH_PARTS'] ?? 'share,trl').split(',');

// A model of the bench's home that has learnt to make calls; absent: 40 steps of SFT make one, once.
const start = env['ASTRA_BENCH_POLICY'];
const [groups = 4, groupSize = 8, maxTurns = 8, maxResponseTokens = 600] = numbers('ASTRA_BENCH_ROLLOUTS', '4,8,8,600');
const shape = { groups, groupSize, maxTurns, maxResponseTokens };
const policies: readonly StepWish[] = [
  {
    run: 'bench-real',
    model: start ?? 'smollm2-135m-lora16',
    sftSteps: start === undefined ? 40 : 0,
    steps,
    lr: 2e-5,
    ...shape,
  },
  { run: 'bench-nano', model: 'nano', sftSteps: 400, steps: 10, lr: 3e-4, ...shape },
].slice(0, env['ASTRA_BENCH_NANO'] === '0' ? 1 : 2);

/** The service over a home that keeps models and SFT between benches, but no step of any. */
async function withTrainer<T>(threads: number, work: (trainer: Trainer) => Promise<T>): Promise<T> {
  const runs = join(home, 'trainer/runs');
  mkdirSync(runs, { recursive: true });
  for (const run of readdirSync(runs)) rmSync(join(runs, run), { recursive: true, force: true });
  const logFile = join(home, 'trainer.log');
  const trainer = await startTrainer({ home, env, realModel: true, logFile, threads });
  try {
    return await work(trainer);
  } finally {
    await trainer.stop();
  }
}

async function shares(trainer: Trainer): Promise<string> {
  const wire = createTrainerWire(trainer.url);
  try {
    await realModel(wire);
  } finally {
    await wire.close();
  }
  const proxy = await startBusyProxy(trainer.url);
  try {
    const measure = async (stack: BenchStack): Promise<[StepWish, StepCost][]> => {
      const found: [StepWish, StepCost][] = [];
      for (const wish of policies) found.push([wish, await measureSteps(stack, proxy, wish)]);
      return found;
    };
    const costs = await withStack(measure, { trainerUrl: proxy.url });
    return [
      `Steps through the real workflows: ${groups} groups of ${groupSize} rollouts of at most ${maxTurns} turns and ${maxResponseTokens} tokens with tool calls in the sandbox, one step after the other.`,
      'The trainer works while a request of the worker is at it; the rest of the wall time, sandboxed tools included, is',
      'counted as orchestration: what lies between two steps, groups that wait for nobody at the trainer, batch files.',
      '',
      table([
        ['policy', 'steps', 'wall, a step', 'trainer at work', '**orchestration**', 'goal'],
        ...costs.map(([wish, cost]) => shareRow(wish, cost)),
      ]),
      '',
      ...costs.map(
        ([wish, { byKind }]) =>
          `- ${wish.model}, seconds by request (groups side by side count each): ${kindsOf(byKind)}`,
      ),
    ].join('\n');
  } finally {
    await proxy.close();
  }
}

function shareRow({ model }: StepWish, { steps: made, wallSeconds, trainerSeconds }: StepCost): (string | number)[] {
  const share = `**${fixed((100 * (wallSeconds - trainerSeconds)) / wallSeconds, 1)} %**`;
  const each = (seconds: number): string => `${fixed(seconds / made, 1)} s`;
  return [model, made, each(wallSeconds), each(trainerSeconds), share, model === 'nano' ? 'none' : '5 %'];
}

const kindsOf = (byKind: StepCost['byKind']): string =>
  [...byKind].map(([what, seconds]) => `${what} ${fixed(seconds, 1)}`).join(', ');

const median = (steps: readonly Timed[], of: keyof Timed): number =>
  quantile(
    steps.map((step) => step[of]),
    0.5,
  );

async function againstTrl(python: string): Promise<string> {
  const rows: (string | number)[][] = [];
  let last: Comparison | undefined;
  for (const threads of threadCounts) {
    const load: Workload = { prompts, generations, promptTokens, completionTokens, threads, micro: 8 };
    const seen = await withTrainer(threads, (trainer) => compare(trainer, python, { load, pairs }));
    rows.push(...comparisonRows(threads, seen));
    last = seen;
  }
  if (last === undefined) throw new Error('ASTRA_BENCH_THREADS names no number of threads');
  const { metrics, sampledTokens, trajectoryTokens } = last.made;
  return [
    `Against \`GRPOTrainer\` of TRL 1.16.0 on SmolLM2-135M, single turns: ${prompts} prompts of ${promptTokens} tokens, ${generations} generations each of ${completionTokens} tokens, LoRA of rank 16 on all products of layers 10 to 29 (${last.trainable.ours} and ${last.trainable.theirs} trainable parameters), float32, one process a side, steps in turn, ${pairs} of each after one to warm up.`,
    'Ours goes over HTTP and through files: publish, sample, write the batch, load the parent, train, commit to disk. TRL generates, scores and updates in memory and writes nothing.',
    '',
    table([
      ['threads', 'side', 'seconds a step', 'sampled tokens/s', 'trajectory tokens/s', 'core seconds', '**ratio**'],
      ...rows,
    ]),
    '',
    `Ratios: TRL's median over ours, of wall time and (in brackets) of processor time; goal at least 1.0. A step trains ${sampledTokens} sampled tokens in trajectories of ${trajectoryTokens} tokens; ours forwards ${metrics['tokens_forwarded']} of them for the update, since the rows of a group share their prompt. Largest difference of a sampled and a recomputed log-probability: ${metrics['logprob_diff_max']?.toExponential(1)}.`,
  ].join('\n');
}

function comparisonRows(threads: number, { ours, theirs, made }: Comparison): (string | number)[][] {
  const row = (side: string, timed: readonly Timed[], ratio: string): (string | number)[] => {
    const seconds = median(timed, 'seconds');
    const rates = [made.sampledTokens, made.trajectoryTokens].map((tokens) => fixed(tokens / seconds, 0));
    return [threads, side, fixed(seconds, 1), ...rates, fixed(median(timed, 'processor'), 1), ratio];
  };
  const ratio = (of: keyof Timed): string => fixed(median(theirs, of) / median(ours, of));
  return [row('ours', ours, `**${ratio('seconds')}** (${ratio('processor')})`), row('TRL', theirs, '')];
}

const { python } = await prepareTrainer({ home, env, realModel: true, note: (line) => console.error(line) });
const sections: string[] = [];
if (parts.includes('share')) sections.push(await withTrainer(1, shares));
if (parts.includes('trl')) sections.push(await againstTrl(prepareTrl(join(tools, 'bench-trl'), python)));
console.log(sections.join('\n\n'));
