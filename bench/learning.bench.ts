/**
 * The learning proof: base, SFT, SFT and RL over several seeds on environments that nobody chose anything on, and the
 * paper's ablation of rewards from the same weights after SFT. Every run goes through the product; what is complete in the
 * home is not computed again, so an interrupted bench goes on when it is started anew.
 */
import { join } from 'node:path';
import { checkpointsOf } from '../src/activities/store/checkpoints.ts';
import type { RunId } from '../src/domain/ids.ts';
import { irrelevantTools, type Verdict, verdicts } from './learning/promises.ts';
import { pursue, type RunEnd } from './learning/pursue.ts';
import { ablationTable, goldAnswers, policyTable, seedTable } from './learning/report.ts';
import { type Exam, examsOf, type Policy } from './learning/scores.ts';
import { type TaskFile, tasksConfig, tasksRun, writeTasks } from './learning/tasks.ts';
import { ablationConfig, ablationNames, ablationRun, mainConfig, mainRun } from './learning/variants.ts';
import { type BenchStack, withStack } from './support/stack.ts';

// Never used before: the configuration was chosen under the seeds 1 and 7.
const seeds = (process.env['ASTRA_BENCH_SEEDS'] ?? '21,22,23,24,25').split(',').map(Number);
const atATime = Number(process.env['ASTRA_BENCH_AT_A_TIME'] ?? 2);
const home = process.env['ASTRA_BENCH_HOME'] ?? join(import.meta.dirname, '../.astra-learning');

const interruption = new AbortController();
const notes: string[] = [];

interface Job {
  readonly run: string;
  work(): Promise<RunEnd>;
}

async function prove(stack: BenchStack): Promise<string> {
  const made = await pursue(stack, { run: tasksRun, config: tasksConfig() }, interruption.signal);
  if (made.status !== 'completed') throw new Error(`the run "${tasksRun}" is ${JSON.stringify(made)}`);
  const tasks = await writeTasks(stack.pool, home);
  await inTurns(jobsOf(stack, tasks));
  const exams = (await Promise.all(seeds.map((seed) => examsOfSeed(stack, seed)))).flat();
  return report(tasks, exams);
}

/** The main runs first; an ablation waits for the one of its seed. */
function jobsOf(stack: BenchStack, { file }: TaskFile): Job[] {
  const ends = new Map<number, Promise<RunEnd>>();
  const mains = seeds.map((seed): Job => {
    const config = mainConfig(seed, file);
    const started = Promise.withResolvers<RunEnd>();
    ends.set(seed, started.promise);
    const work = (): Promise<RunEnd> => {
      const end = pursue(stack, { run: mainRun(seed), config }, interruption.signal).catch(stopped);
      started.resolve(end);
      return end;
    };
    return { run: mainRun(seed), work };
  });
  const others = seeds.flatMap((seed) =>
    ablationNames.map((ablation): Job => {
      const run = ablationRun(seed, ablation);
      const work = async (): Promise<RunEnd> => {
        const main = await ends.get(seed);
        if (main?.status !== 'completed')
          return { status: 'stopped', reason: `run "${mainRun(seed)}" is not complete` };
        const config = ablationConfig(mainConfig(seed, file), await afterSft(stack, seed), ablation);
        return pursue(stack, { run, config }, interruption.signal);
      };
      return { run, work };
    }),
  );
  return [...mains, ...others];
}

async function afterSft({ pool }: BenchStack, seed: number): Promise<string> {
  const found = (await checkpointsOf(pool, mainRun(seed) as RunId)).find(({ name }) => name === 'sft');
  if (found === undefined) throw new Error(`run "${mainRun(seed)}" has no checkpoint "sft"`);
  return found.model;
}

async function inTurns(jobs: readonly Job[]): Promise<void> {
  const left = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined && !interruption.signal.aborted; job = left.shift()) {
      const began = Date.now();
      const end = await job.work().catch(stopped);
      console.error(`${job.run}: ${end.status} after ${Math.round((Date.now() - began) / 1000)} s`);
      if (end.status === 'stopped') notes.push(`${job.run} stopped: ${end.reason}`);
      if (end.status === 'completed' && end.parked.length > 0)
        notes.push(`${job.run} was parked and resumed ${end.parked.length} times: ${end.parked.at(-1)}`);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  if (interruption.signal.aborted) notes.push('interrupted: what is not in the tables was not finished');
}

const stopped = (error: unknown): RunEnd => ({ status: 'stopped', reason: String(error) });

async function examsOfSeed({ pool }: BenchStack, seed: number): Promise<Exam[]> {
  const mains: Readonly<Record<string, Policy>> = { base: 'base', sft: 'sft', rl: 'f1' };
  const main = await examsOf(pool, mainRun(seed));
  const own = main.flatMap(({ label, ...exam }) => {
    const policy = mains[label];
    return policy === undefined ? [] : [{ ...exam, seed, policy }];
  });
  const ablated = await Promise.all(
    ablationNames.map(async (policy) =>
      (await examsOf(pool, ablationRun(seed, policy)))
        .filter(({ label }) => label === 'rl')
        .map(({ label: _label, ...exam }) => ({ ...exam, seed, policy })),
    ),
  );
  return [...own, ...ablated.flat()];
}

function report(tasks: TaskFile, exams: readonly Exam[]): string {
  const measured = exams[0]?.tasks.size ?? 0;
  const judged = verdicts(exams, seeds);
  if (judged.length === 0 || judged.some(({ held }) => !held)) process.exitCode = 1;
  return [
    `\`configs/training.yaml\` with the seeds ${seeds.join(', ')}, on environments of its own: \`configs/learning.yaml\` with another seed made ${tasks.training} to train on and ${tasks.candidates + tasks.knownTemplates} of the other world; ${tasks.knownTemplates} of these have a template of the bundled set, which the configuration was chosen on, and are left out. Measured are ${measured} tasks that share no template and no name with training, ${fixedGold(exams)} gold answers each (SHA-256 of the environments ${tasks.sha256.slice(0, 8)}…). Each RL starts from the weights after SFT of its seed. Intervals are 95 %: of a seed over its tasks; of all seeds over the tasks, each averaged over the seeds; "over seeds" is Student's over the means of the seeds.`,
    '',
    policyTable(exams, 'sampled'),
    '',
    policyTable(exams, 'greedy'),
    '',
    seedTable(exams),
    '',
    ablationTable(exams),
    '',
    ...judged.map(verdictLine),
    `- ${irrelevantTools(exams)}`,
    ...notes.map((note) => `- ${note}`),
  ].join('\n');
}

const fixedGold = (exams: readonly Exam[]): string => goldAnswers(exams).toFixed(2);

const verdictLine = ({ promise, held, detail }: Verdict): string =>
  `- ${held ? 'yes' : '**no**'}: ${promise} (${detail})`;

console.log(await withStack(prove, { home, trainer: 'nano', onSignal: () => interruption.abort() }));
