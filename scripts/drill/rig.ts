/** A fresh home with an embedded stack of its own: the offline teacher is slow and logs what it is asked. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { homeNamespace } from '../../infra/home-namespace.ts';
import { freePort } from '../../infra/ports.ts';
import { startStack, stopStack } from '../../infra/stack.ts';
import { writeStack } from '../../infra/stack-state.ts';
import { migrate } from '../../src/activities/store/migrate.ts';
import { emptyStack, type StackFile } from '../../src/config/stack-file.ts';

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
}

const logName = 'teacher-requests.jsonl';

/** Prepares a rig; nothing of it runs yet. */
export async function createRig({ home: folder, latencyMs }: RigOptions): Promise<Rig> {
  const home = resolve(folder);
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o755); // as root, Postgres runs under an account that must enter it
  const env = ownEnvironment(home);
  await chooseOwnPorts(home, homeNamespace(home, env, undefined));
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

/**
 * While a server of ours is away, another stack on this machine may take its port, and the other way round. Away from
 * the usual ports that is rare; a worker that meets a stranger's server all the same does not find its namespace there.
 */
async function chooseOwnPorts(home: string, namespace: string): Promise<void> {
  const local = async (): Promise<string> => `127.0.0.1:${await freePort()}`;
  const teacher = { baseUrl: `http://${await local()}/v1`, kind: 'offline' } as const;
  const temporal = { address: await local(), ui: `http://${await local()}`, namespace };
  writeStack(home, { ...emptyStack(), temporal, teacher });
}

/** The user's environment without what names servers of theirs: a drill kills only what it started. */
function ownEnvironment(home: string): NodeJS.ProcessEnv {
  const foreign = /^(?:DATABASE_URL$|OPENAI_|ASTRA_|TEMPORAL_(?!CLI_PATH$))/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  // A killed teacher closes the queues of its calls; production looks every 30 s whether it serves again.
  const ours = { ASTRA_HOME: home, ASTRA_GATE_PROBE_SECONDS: '2' };
  return { ...Object.fromEntries(own), ...ours };
}
