/** What the sandbox bench compares: ways to run the same call, each giving milliseconds for a number of calls. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CallResult, EnvRef, Episode, OwnedSandbox } from '../../src/activities/sandbox/contract.ts';
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
  const levels = ['seccomp' as const, ...(fit.bubblewrap === undefined ? [] : ['ns+seccomp' as const])];
  const pairs = await Promise.all(
    levels.map(async (level) => ({
      level,
      plain: await createZygoteSandbox({ level, size: 2, templates: 0 }),
      full: await createZygoteSandbox({ level, size: 2, episodes: 64 }),
    })),
  );
  const floor = bareFork(bare.python.executable, false);
  const forkFloor = bareFork(bare.python.executable, true);
  const plain = [bare.python.executable, ...pythonFlags, file('one-process.py')];
  const boxed = zygoteLaunch(fit.python, { ...fit, hashSeed: 0 });
  const box = boxed.args.slice(0, boxed.args.indexOf(fit.python.executable, boxed.args.indexOf('--remount-ro')));
  const inBox = ['--ro-bind', file('one-process.py'), '/sandbox-one.py', fit.python.executable, ...pythonFlags];
  const cells: Cell[] = [
    { name: 'bare Python fork, no Node, no wall', calls: 40, measure: floor.measure },
    { name: 'bare fork that stays, no Node, no wall', calls: 24, measure: forkFloor.measure },
    { name: 'python per call', calls: 6, measure: eachOf(() => oneProcess(plain)) },
    ...(fit.bubblewrap === undefined
      ? []
      : [
          {
            name: 'bubblewrap and python per call',
            calls: 6,
            measure: eachOf(() => oneProcess([boxed.command, ...box.slice(0, -2), ...inBox, '/sandbox-one.py'])),
          },
        ]),
  ];
  for (const pair of pairs) cells.push(...(await sandboxCells(pair)));
  return {
    cells,
    close: async () => {
      floor.close();
      forkFloor.close();
      await Promise.all(pairs.flatMap(({ plain, full }) => [plain.close(), full.close()]));
    },
  };
}

interface Pair {
  readonly level: string;
  /** Without templates: each call loads its module. */
  readonly plain: OwnedSandbox;
  readonly full: OwnedSandbox;
}

async function sandboxCells({ level, plain, full }: Pair): Promise<Cell[]> {
  const env = await plain.load(tool.code);
  const data = await plain.load(largeData());
  const callIn = (sandbox: OwnedSandbox) => async (): Promise<void> => checked(await sandbox.call(env, tool.fn, args));
  const episode = await full.open(env);
  await episode.call(tool.fn, args);
  return [
    { name: `zygote ${level}`, calls: 40, measure: eachOf(callIn(plain)) },
    { name: `template ${level}`, calls: 40, measure: eachOf(callIn(full)) },
    { name: `zygote ${level}, 2 in flight`, calls: 40, measure: eachOf(callIn(plain), 2) },
    { name: `list of ${listLength} from a template ${level}, each`, calls: 3 * listLength, measure: lists(full, env) },
    { name: `zygote ${level}, module of 98 KB`, calls: 10, measure: eachOf(() => pick(plain, data)) },
    { name: `template ${level}, module of 98 KB`, calls: 10, measure: eachOf(() => pick(full, data)) },
    {
      name: `episode ${level}`,
      calls: 40,
      measure: eachOf(async () => checked(await episode.call(tool.fn, args))),
    },
    { name: `fork of an episode ${level}, each of 8`, calls: 24, measure: forks(episode) },
  ];
}

const listLength = 16;

function lists(sandbox: OwnedSandbox, env: EnvRef): Cell['measure'] {
  const list = Array.from({ length: listLength }, () => ({ fn: tool.fn, args }));
  return inGroups(listLength, async () => {
    for (const result of await sandbox.callMany(env, list)) checked(result);
  });
}

/** Only the forking is timed; the doubles are closed afterwards, and so ended before the next are made. */
function forks(episode: Episode): Cell['measure'] {
  const made: Episode[] = [];
  return inGroups(
    8,
    async () => void made.push(...(await episode.fork(8))),
    async () => {
      for (const one of made.splice(0)) one.close();
      // The state waits its turn behind the ending of the doubles.
      await episode.state();
    },
  );
}

/** Times groups; each of a group counts with its part. */
function inGroups(size: number, run: () => Promise<void>, after?: () => Promise<void>): Cell['measure'] {
  return async (calls) => {
    const times: number[] = [];
    while (times.length < calls) {
      const started = performance.now();
      await run();
      const each = (performance.now() - started) / size;
      times.push(...Array.from({ length: size }, () => each));
      await after?.();
    }
    return times;
  };
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

function bareFork(
  python: string,
  stays: boolean,
): { measure: (calls: number) => Promise<number[]>; close: () => void } {
  const child = spawn(python, [...pythonFlags, file('bare-fork.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${JSON.stringify({ ...tool, args, folder: pythonFolder, stays })}\n`);
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
