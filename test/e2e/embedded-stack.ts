/** A stack of its own on a fresh home, with the offline teacher under the test's control. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, stopStack } from '../../infra/stack.ts';
import { migrate } from '../../src/activities/store/migrate.ts';
import type { StackFile } from '../../src/config/stack-file.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { astra, type Said } from '../cli/run-cli.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');

export interface EmbeddedStack {
  readonly home: string;
  /** Starts what does not run; the flags are the teacher's and count when it is started. */
  up(teacherFlags?: readonly string[]): Promise<StackFile>;
  /** One command of `astra`, in this process: what it prints and returns, without the start of a process. */
  astra(...args: readonly string[]): Promise<Said>;
  /** The document of a command with `--json`; fails with what it said when it ends with another code than 0 or 1. */
  json(...args: readonly string[]): Promise<JsonObject>;
  /** A command in a process of its own, sent SIGINT at its first line of output when it is to be interrupted. */
  process(options: { readonly interrupt: boolean }, ...args: readonly string[]): Promise<Said>;
  /** A configuration file in the home. */
  config(name: string, content: JsonObject): string;
  /** Changes what the teacher does from now on: see its control page. */
  teach(wish: JsonObject): Promise<void>;
  /** What the teacher was asked since it was told to forget. */
  asked(): Promise<{ readonly asked: number; readonly answered: number; readonly distinct: number }>;
  /** Stops every process. */
  stop(): Promise<void>;
  /** Stops every process and deletes the home. */
  remove(): Promise<void>;
}

export function embeddedStack(name: string): EmbeddedStack {
  const home = mkdtempSync(join(tmpdir(), `astra-${name}-`));
  chmodSync(home, 0o755); // as root, Postgres runs under an account that must enter it
  hideForeign();
  // Production looks every 30 s whether an endpoint serves again.
  const env = { ...process.env, ASTRA_HOME: home, ASTRA_GATE_PROBE_SECONDS: '1' };
  let state: StackFile | undefined;
  const teacher = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(new URL(path, state?.teacher?.baseUrl), init);

  const command = (...rest: readonly string[]): Promise<Said> => astra('--home', home, ...rest);

  return {
    home,
    async up(teacherFlags = []) {
      state = await startStack({ home, env, teacherFlags, migrate: async (url) => void (await migrate(url)) });
      return state;
    },
    astra: command,
    async json(...rest) {
      const { code, stdout, stderr } = await command('--json', ...rest);
      if (code !== 0 && code !== 1) throw new Error(`astra ${rest.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as JsonObject; // with --json a command prints one object
    },
    process: ({ interrupt }, ...rest) => inProcess([program, '--home', home, ...rest], env, interrupt),
    config(file, content) {
      const path = join(home, file);
      writeFileSync(path, JSON.stringify(content)); // JSON is YAML
      return path;
    },
    async teach(wish) {
      const response = await teacher('/control', { method: 'POST', body: JSON.stringify(wish) });
      if (!response.ok) throw new Error(`the teacher refused ${JSON.stringify(wish)}: ${await response.text()}`);
    },
    asked: async () =>
      (await (await teacher('/control/log')).json()) as { asked: number; answered: number; distinct: number }, // its own page
    async stop() {
      await stopStack(home);
    },
    async remove() {
      showForeign();
      await stopStack(home);
      const folders = [home, state?.postgres?.dataFolder].filter((path) => path !== undefined);
      for (const path of folders) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A member of a document, by keys and indexes; undefined where there is none. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (Reflect.get(inner, key) as Json) : undefined),
    value,
  );
}

function inProcess(args: readonly string[], env: NodeJS.ProcessEnv, interrupt: boolean): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      if (interrupt && stderr === '') child.kill('SIGINT');
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** What names servers of whoever runs the tests: out of sight while a stack of ours is up. */
const foreign = /^(?:DATABASE_URL$|OPENAI_|ASTRA_|TEMPORAL_(?!CLI_PATH$))/;
const hidden: { users: number; variables: NodeJS.ProcessEnv } = { users: 0, variables: {} };

function hideForeign(): void {
  hidden.users += 1;
  if (hidden.users > 1) return;
  hidden.variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => foreign.test(name)));
  for (const name of Object.keys(hidden.variables)) Reflect.deleteProperty(process.env, name);
}

function showForeign(): void {
  hidden.users -= 1;
  if (hidden.users === 0) Object.assign(process.env, hidden.variables);
}
