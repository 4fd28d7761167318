/** A fresh home with an embedded stack of its own: the offline teacher is slow and logs what it is asked. */
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { homeNamespace } from '../../infra/home-namespace.ts';
import { waitUntilReady } from '../../infra/part-process.ts';
import { freePort } from '../../infra/ports.ts';
import { startStack, stopStack } from '../../infra/stack.ts';
import { writeStack } from '../../infra/stack-state.ts';
import { trainerEnvironment } from '../../infra/trainer/environment.ts';
import { prepareTrainer } from '../../infra/trainer/prepare-trainer.ts';
import { trainerHealth } from '../../infra/trainer/start-trainer.ts';
import { migrate } from '../../src/activities/store/migrate.ts';
import { emptyStack, type StackFile } from '../../src/config/stack-file.ts';
import type { TrainerNeed } from '../../src/domain/run/trainer-need.ts';

export interface Rig {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the teacher was asked, a line per event. */
  readonly teacherLog: string;
  /** The same as `astra up`: starts what does not run. */
  up(): Promise<StackFile>;
  down(): Promise<void>;
  /** Deletes all of it; only after `down`. */
  remove(): void;
}

export interface RigOptions {
  readonly home: string;
  readonly latencyMs: number;
  readonly trainer: TrainerNeed;
  /** Home whose Python environment of the trainer is used; installed there when it is missing. */
  readonly trainerHome: string;
  readonly note: (line: string) => void;
}

const logName = 'teacher-requests.jsonl';

/** Prepares a rig; nothing of it runs yet. */
export async function createRig(options: RigOptions): Promise<Rig> {
  const { latencyMs, trainer } = options;
  const home = resolve(options.home);
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o755); // as root, Postgres runs under an account that must enter it
  const env = ownEnvironment(home);
  await chooseOwnPorts(home, homeNamespace(home, env, undefined));
  if (trainer !== 'none') await borrowTrainer(home, env, options);
  const teacherFlags = ['--latency', String(latencyMs), '--log', logName];
  let dataFolder: string | undefined;
  return {
    home,
    env,
    teacherLog: join(home, logName),
    async up() {
      const applied = async (url: string): Promise<void> => void (await migrate(url));
      const state = await startStack({ home, env, teacherFlags, trainer, migrate: applied });
      dataFolder = state.postgres?.dataFolder;
      if (trainer !== 'none') await untilTrainerServes(home, state);
      return state;
    },
    down: async () => void (await stopStack(home)),
    remove() {
      for (const path of [home, dataFolder]) if (path !== undefined) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Gigabytes that both homes can share: nothing of them is written again once they are there. */
async function borrowTrainer(home: string, env: NodeJS.ProcessEnv, options: RigOptions): Promise<void> {
  const { trainer, trainerHome, note } = options;
  const choice = { env, realModel: trainer === 'real' };
  const { folder } = await prepareTrainer({ ...choice, home: trainerHome, note });
  symlinkSync(folder, join(home, basename(trainerEnvironment({ ...choice, home }).folder)));
}

/** The start of a stack does not wait for its trainer, which loads torch first. */
async function untilTrainerServes(home: string, { trainer, processes }: StackFile): Promise<void> {
  const identity = processes['trainer'];
  if (trainer === undefined || identity === undefined) throw new Error(`the stack of ${home} has no trainer`);
  const isReady = async (): Promise<boolean> => (await trainerHealth(trainer.url)) !== undefined;
  const logFile = join(home, 'logs', 'trainer.log');
  await waitUntilReady({ name: 'the trainer', identity, logFile, timeoutMs: 180_000, isReady });
}

/**
 * While a server of ours is away, another stack on this machine may take its port, and the other way round. Away from
 * the usual ports that is rare; a worker that meets a stranger's server all the same does not find its namespace there.
 */
async function chooseOwnPorts(home: string, namespace: string): Promise<void> {
  const local = async (): Promise<string> => `127.0.0.1:${await freePort()}`;
  const teacher = { baseUrl: `http://${await local()}/v1`, kind: 'offline' } as const;
  const temporal = { address: await local(), ui: `http://${await local()}`, namespace };
  writeStack(home, { ...emptyStack(), temporal, teacher, trainer: { url: `http://${await local()}` } });
}

/** The user's environment without what names servers of theirs: a drill kills only what it started. */
function ownEnvironment(home: string): NodeJS.ProcessEnv {
  const foreign = /^(?:DATABASE_URL$|OPENAI_|ASTRA_(?!TRAINER_STUBS$|TORCH_INDEX$)|TEMPORAL_(?!CLI_PATH$))/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  // A killed teacher closes the queues of its calls; production looks every 30 s whether it serves again.
  const ours = { ASTRA_HOME: home, ASTRA_GATE_PROBE_SECONDS: '2' };
  return { ...Object.fromEntries(own), ...ours };
}
