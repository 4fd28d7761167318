/**
 * The learning proof: base, SFT, SFT and RL over several seeds on environments that nobody chose anything on, and the
 * paper's ablation of rewards from the same weights after SFT. Every run goes through the product; what is complete in the
 * home is not computed again, so an interrupted bench goes on when it is started anew.
 */
import { join } from 'node:path';
import { checkpointsOf } from '../src/activities/store/checkpoints.ts';
import type { RunId } from '../src/domain/ids.ts';
import { examsOfSeed } from './learning/exams.ts';
import { pursue, type RunEnd } from './learning/pursue.ts';
import { sectionOf } from './learning/section.ts';
import { type TaskFile, tasksConfig, tasksRun, writeTasks } from './learning/tasks.ts';
import { ablationConfig, ablationNames, ablationRun, mainConfig, mainRun } from './learning/variants.ts';
import { type BenchStack, withStack } from './support/stack.ts';

// Never used before: the configuration was chosen under the seeds 1 and 7 on other tasks.
const seeds = (process.env['ASTRA_BENCH_SEEDS'] ?? '31,32,33,34,35').split(',').map(Number);
/** For how many of the seeds the rewards are ablated too. */
const ablated = Number(process.env['ASTRA_BENCH_ABLATED'] ?? seeds.length);
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
  const exams = (await Promise.all(seeds.map((seed) => examsOfSeed(stack.pool, seed)))).flat();
  const { text, held } = sectionOf({ tasks, exams, seeds, notes });
  if (!held) process.exitCode = 1;
  return text;
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
  const others = seeds.slice(0, ablated).flatMap((seed) =>
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

console.log(await withStack(prove, { home, trainer: 'nano', onSignal: () => interruption.abort() }));
