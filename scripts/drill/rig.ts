/** A fresh home with an embedded stack of its own: the offline teacher is slow and logs what it is asked. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type StackState, startStack, stopStack } from '../../infra/stack.ts';
import { migrate } from '../../src/activities/store/migrate.ts';

export interface Rig {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the teacher was asked, a line per event. */
  readonly teacherLog: string;
  /** The same as `astra up`: starts what does not run. */
  up(): Promise<StackState>;
  down(): Promise<void>;
  /** Deletes all of it; only after `down`. */
  remove(): void;
}

export interface RigOptions {
  readonly home: string;
  readonly latencyMs: number;
}

const logName = 'teacher-requests.jsonl';

export function createRig({ home: folder, latencyMs }: RigOptions): Rig {
  const home = resolve(folder);
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o755); // as root, Postgres runs under an account that must enter it
  const env = ownEnvironment(home);
  const teacherFlags = ['--latency', String(latencyMs), '--log', logName];
  let dataFolder: string | undefined;
  return {
    home,
    env,
    teacherLog: join(home, logName),
    async up() {
      const state = await startStack({ home, env, teacherFlags, migrate: async (url) => void (await migrate(url)) });
      dataFolder = state.postgres?.dataFolder;
      return state;
    },
    down: async () => void (await stopStack(home)),
    remove() {
      for (const path of [home, dataFolder]) if (path !== undefined) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The user's environment without what names servers of theirs: a drill kills only what it started. */
function ownEnvironment(home: string): NodeJS.ProcessEnv {
  const foreign = /^(?:DATABASE_URL$|OPENAI_|ASTRA_|TEMPORAL_(?!CLI_PATH$))/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  // A killed teacher closes the queues of its calls; production looks every 30 s whether it serves again.
  return { ...Object.fromEntries(own), ASTRA_HOME: home, ASTRA_GATE_PROBE_SECONDS: '2' };
}
