/** The trainer service as a process of ours: started on its home, waited for, found again. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type ProcessIdentity, spawnPart, stopProcess, waitUntilReady } from '../part-process.ts';
import { choosePort } from '../ports.ts';
import { type EnvironmentChoice, trainerEnvironment, trainerFolder } from './environment.ts';

export interface StartTrainerOptions extends EnvironmentChoice {
  readonly logFile: string;
  /** Ports to take when free, best first; then any free one. */
  readonly ports?: readonly number[];
  /** Threads of torch; default 1. The hashes of what is trained depend on it. */
  readonly threads?: number;
  /** true: the service outlives this process. */
  readonly detached?: boolean;
  /** Called at once after the start, before the service serves: to note the process against our own sudden end. */
  readonly onSpawn?: (trainer: Trainer) => void;
}

export interface Trainer {
  /** For example `http://127.0.0.1:8099`; OpenAI clients take `<url>/v1` as their base URL. */
  readonly url: string;
  readonly process: ProcessIdentity;
  /** Folder of models, runs and jobs; one service at a time holds it. */
  readonly modelHome: string;
  stop(): Promise<void>;
}

const healthSchema = z.object({ status: z.literal('ok'), home: z.string(), pid: z.number() });

export type TrainerHealth = z.infer<typeof healthSchema>;

/** glibc would give threads heaps of their own and keep what was freed there: 4 GB beside the 3 of SmolLM2-135M. */
const heaps = { MALLOC_ARENA_MAX: '2' };
const interpreter = { OMP_WAIT_POLICY: 'passive', PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };

/** Resolves when the service answers. Fails when nothing is installed, or with the tail of its log. */
export async function startTrainer(options: StartTrainerOptions): Promise<Trainer> {
  const environment = trainerEnvironment(options);
  if (!environment.ready)
    throw new Error(`the trainer is not installed in ${environment.folder}: prepareTrainer must come to its end first`);
  const port = await choosePort(options.ports);
  const modelHome = join(resolve(options.home), 'trainer');
  const identity = await spawnPart({
    name: 'the trainer',
    command: environment.python,
    args: ['-m', 'astra_trainer', 'serve', '--home', modelHome, '--port', String(port), ...furtherFlags(options)],
    logFile: options.logFile,
    cwd: trainerFolder,
    env: { ...heaps, ...options.env, ...interpreter },
    detached: options.detached ?? false,
  });
  const url = `http://127.0.0.1:${port}`;
  const trainer = { url, process: identity, modelHome, stop: () => stopTrainer(identity) };
  options.onSpawn?.(trainer);
  try {
    await waitUntilTrainerServes(trainer, options.logFile);
  } catch (error) {
    await stopTrainer(identity);
    throw error;
  }
  return trainer;
}

/** A service that is not detached ends with us, even when nobody is left to tell it so. */
const furtherFlags = ({ threads, detached }: StartTrainerOptions): readonly string[] => [
  ...(threads === undefined ? [] : ['--threads', String(threads)]),
  ...(detached === true ? [] : ['--parent', String(process.pid)]),
];

/** Waits for a service that was spawned; it loads torch first, some 3 s of a free core. */
export async function waitUntilTrainerServes(
  trainer: Pick<Trainer, 'url' | 'process'>,
  logFile: string,
): Promise<void> {
  const isReady = async (): Promise<boolean> => (await trainerHealth(trainer.url))?.pid === trainer.process.pid;
  await waitUntilReady({ name: 'the trainer', identity: trainer.process, logFile, timeoutMs: 180_000, isReady });
}

/** What a trainer says of itself, or undefined when none answers there. */
export async function trainerHealth(url: string): Promise<TrainerHealth | undefined> {
  try {
    const answer = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(2_000) });
    const health = healthSchema.safeParse(await answer.json());
    return health.success ? health.data : undefined;
  } catch {
    return undefined; // not up yet, or not a trainer; the caller's deadline decides when this is a failure
  }
}

/** Ends a service. Every committed step stays; work under way is made again by the next one. */
export async function stopTrainer(identity: ProcessIdentity): Promise<void> {
  await stopProcess(identity, { graceMs: 15_000 });
}
