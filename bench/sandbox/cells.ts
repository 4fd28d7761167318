/** What the sandbox bench compares: ways to run the same call, each giving milliseconds for a number of calls. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CallResult, EnvRef, OwnedSandbox } from '../../src/activities/sandbox/contract.ts';
import { fitness } from '../../src/activities/sandbox/doctor.ts';
import { pythonFlags, pythonFolder, zygoteLaunch } from '../../src/activities/sandbox/launch.ts';
import { createZygoteSandbox } from '../../src/activities/sandbox/zygote-pool.ts';

export interface Cell {
  readonly name: string;
  /** Calls in one round. */
  readonly calls: number;
  readonly inFlight?: number;
  /** Milliseconds of each of these calls, one after the other or as many at a time as the cell says. */
  measure(calls: number): Promise<number[]>;
}

export interface Cells {
  readonly cells: Cell[];
  close(): Promise<void>;
}

const file = (name: string): string => join(import.meta.dirname, name);
export const tool = { code: readFileSync(file('tool.py'), 'utf8'), fn: 'search_ferries' };
const args = { origin: 'OSL', destination: 'ARN', days: 28 };
const expectedCount = '"count":20';

export async function createCells(): Promise<Cells> {
  const fit = await fitness();
  const bare = await fitness({ level: 'seccomp' });
  const sandboxes = await Promise.all([
    createZygoteSandbox({ level: 'seccomp', size: 2 }),
    ...(fit.bubblewrap === undefined ? [] : [createZygoteSandbox({ level: 'ns+seccomp', size: 2 })]),
  ]);
  const floor = bareFork(bare.python.executable);
  const plain = [bare.python.executable, ...pythonFlags, file('one-process.py')];
  const boxed = zygoteLaunch(fit.python, { ...fit, hashSeed: 0 });
  const box = boxed.args.slice(0, boxed.args.indexOf(fit.python.executable, boxed.args.indexOf('--remount-ro')));
  const inBox = ['--ro-bind', file('one-process.py'), '/sandbox-one.py', fit.python.executable, ...pythonFlags];
  const cells: Cell[] = [
    { name: 'bare Python fork, no Node, no wall', calls: 200, measure: floor.measure },
    { name: 'python per call', calls: 30, measure: eachOf(() => oneProcess(plain)) },
    ...(fit.bubblewrap === undefined
      ? []
      : [
          {
            name: 'bubblewrap and python per call',
            calls: 30,
            measure: eachOf(() => oneProcess([boxed.command, ...box.slice(0, -2), ...inBox, '/sandbox-one.py'])),
          },
        ]),
  ];
  for (const sandbox of sandboxes) cells.push(...(await sandboxCells(sandbox)));
  return {
    cells,
    close: async () => {
      floor.close();
      await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
    },
  };
}

async function sandboxCells(sandbox: OwnedSandbox): Promise<Cell[]> {
  const { level } = sandbox.info();
  const env = await sandbox.load(tool.code);
  const call = async (): Promise<void> => checked(await sandbox.call(env, tool.fn, args));
  const data = await sandbox.load(largeData());
  const episode = await sandbox.open(env);
  await episode.call(tool.fn, args);
  return [
    { name: `zygote ${level}`, calls: 300, measure: eachOf(call) },
    { name: `zygote ${level}, 2 in flight`, calls: 500, inFlight: 2, measure: eachOf(call, 2) },
    { name: `zygote ${level}, module of 98 KB`, calls: 100, measure: eachOf(() => pick(sandbox, data)) },
    {
      name: `episode ${level}`,
      calls: 100,
      measure: eachOf(async () => checked(await episode.call(tool.fn, args))),
    },
    { name: `fork(8) and a call of each, ${level}`, calls: 5, measure: eachOf(() => forks(sandbox, env)) },
  ];
}

/** A module whose mock data is one large literal. */
function largeData(): string {
  const rows = Array.from({ length: 1_000 }, (_, i) => ({
    id: `row-${i}`,
    name: 'x'.repeat(40),
    price: i * 1.5,
    tags: ['a', `t${i % 7}`],
  }));
  return `DATA = ${JSON.stringify(rows)}\ndef pick(i): return DATA[i]["price"]\n`;
}

async function pick(sandbox: OwnedSandbox, env: EnvRef): Promise<void> {
  const result = await sandbox.call(env, 'pick', { i: 500 });
  if (result.value !== 750) throw new Error(`wrong answer: ${JSON.stringify(result)}`);
}

async function forks(sandbox: OwnedSandbox, env: EnvRef): Promise<void> {
  const episode = await sandbox.open(env);
  checked(await episode.call(tool.fn, args));
  const all = await episode.fork(8);
  for (const result of await Promise.all(all.map((fork) => fork.call(tool.fn, args)))) checked(result);
  for (const one of [episode, ...all]) one.close();
}

function checked(result: CallResult): void {
  if (!result.canonical?.includes(expectedCount)) throw new Error(`wrong answer: ${JSON.stringify(result)}`);
}

function eachOf(run: () => Promise<void>, inFlight = 1): (calls: number) => Promise<number[]> {
  return async (calls) => {
    const times: number[] = [];
    let left = calls;
    const lane = async (): Promise<void> => {
      while (left-- > 0) {
        const started = performance.now();
        await run();
        times.push(performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    return times;
  };
}

async function oneProcess([command = '', ...rest]: string[]): Promise<void> {
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(JSON.stringify({ ...tool, args }));
  await once(child, 'close');
  const answer = Buffer.concat(chunks).toString();
  if (!answer.includes(expectedCount)) throw new Error(`wrong answer: ${answer}`);
}

function bareFork(python: string): { measure: (calls: number) => Promise<number[]>; close: () => void } {
  const child = spawn(python, [...pythonFlags, file('bare-fork.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${JSON.stringify({ ...tool, args, folder: pythonFolder })}\n`);
  return {
    measure: async (calls) => {
      child.stdin.write(`${calls}\n`);
      const { value } = await lines.next();
      // The script prints a list of numbers.
      return JSON.parse(String(value)) as number[];
    },
    close: () => void child.stdin.end(),
  };
}
