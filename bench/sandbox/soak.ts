/**
 * Many calls on one sandbox, some of them hostile: is each other answer right, and is everything as before in the end?
 * Single calls, lists (from templates) and episodes with forks take turns over more modules than templates are kept.
 */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { CallResult, EnvRef, OwnedSandbox } from '../../src/activities/sandbox/contract.ts';
import { descriptors, processTree, pssKb } from '../support/process-tree.ts';

export interface SoakPlan {
  readonly calls: number;
  /** Sources whose function `f` does harm; calls of them may end in any way. */
  readonly hostile: readonly string[];
  /** Of the calls, between 0 and 1. */
  readonly hostileShare: number;
  /** Processes below this one that are none of the sandbox's: a server opens descriptors when it likes. */
  readonly others?: ReadonlySet<number>;
}

export interface HostState {
  readonly calls: number;
  readonly processes: number;
  readonly descriptors: number;
  readonly temporaryFiles: number;
  readonly sandboxMb: number;
  readonly nodeMb: number;
}

export interface Soaked {
  readonly states: readonly HostState[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const modules = 12;
const listLength = 16;
const samples = 20;
const limits = { cpuMs: 100, wallMs: 400 };

/** Throws at the first wrong answer of a call that does no harm. */
export async function soak(sandbox: OwnedSandbox, plan: SoakPlan): Promise<Soaked> {
  const kind = await Promise.all(Array.from({ length: modules }, (_, i) => sandbox.load(kindModule(i))));
  const hostile = await Promise.all(plan.hostile.map((source) => sandbox.load(source)));
  const statuses: Record<string, number> = {};
  const states: HostState[] = [];
  const started = performance.now();
  let [made, turn, harm] = [0, 0, 0];
  const count = (results: readonly CallResult[]): void => {
    made += results.length;
    for (const { status } of results) statuses[status] = (statuses[status] ?? 0) + 1;
  };
  while (made < plan.calls) {
    // The first sample is taken when all that is kept warm is there.
    if (made >= ((states.length + 1) * plan.calls) / (samples + 1)) states.push(await hostState(made, plan.others));
    const at = turn++ % modules;
    const env = kind[at];
    if (env) count((await [single, list, episode][turn % 3]?.(sandbox, env, at)) ?? []);
    while (hostile.length > 0 && harm < made * plan.hostileShare) {
      const bad = hostile[harm++ % hostile.length];
      if (bad) count(await doHarm(sandbox, bad, harm));
    }
  }
  states.push(await hostState(made, plan.others));
  return { states, statuses, seconds: (performance.now() - started) / 1000 };
}

function kindModule(i: number): string {
  return `STATE = {"sum": ${i}}\nROWS = [{"id": n, "name": f"row {n}"} for n in range(100)]
def f(n):
  STATE["sum"] += n
  return [STATE["sum"], ROWS[n % 100]["name"]]`;
}

async function single(sandbox: OwnedSandbox, env: EnvRef, i: number): Promise<CallResult[]> {
  return right([await sandbox.call(env, 'f', { n: 1 })], [i + 1]);
}

async function list(sandbox: OwnedSandbox, env: EnvRef, i: number): Promise<CallResult[]> {
  const numbers = Array.from({ length: listLength }, (_, n) => n);
  const calls = numbers.map((n) => ({ fn: 'f', args: { n } }));
  return right(
    await sandbox.callMany(env, calls),
    numbers.map((n) => i + n),
  );
}

async function episode(sandbox: OwnedSandbox, env: EnvRef, i: number): Promise<CallResult[]> {
  const first = await sandbox.open(env);
  const results = [await first.call('f', { n: 1 }), await first.call('f', { n: 2 })];
  const forks = await first.fork(2);
  for (const fork of forks) results.push(await fork.call('f', { n: 3 }));
  for (const one of [first, ...forks]) one.close();
  return right(results, [i + 1, i + 3, i + 6, i + 6]);
}

function doHarm(sandbox: OwnedSandbox, env: EnvRef, turn: number): Promise<CallResult[]> {
  if (turn % 4 > 0) return sandbox.call(env, 'f', {}, limits).then((result) => [result]);
  return sandbox.callMany(
    env,
    [1, 2, 3].map(() => ({ fn: 'f', args: {} })),
    limits,
  );
}

function right(results: CallResult[], sums: readonly number[]): CallResult[] {
  results.forEach((result, place) => {
    const got: unknown = Array.isArray(result.value) ? result.value[0] : undefined;
    if (got !== sums[place]) throw new Error(`expected ${sums[place]} in call ${place}, got ${JSON.stringify(result)}`);
  });
  return results;
}

async function hostState(calls: number, others?: ReadonlySet<number>): Promise<HostState> {
  // What was closed a moment ago is ended in the background.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const tree = processTree(process.pid, others);
  const below = tree.filter((pid) => pid !== process.pid);
  return {
    calls,
    processes: below.length,
    descriptors: descriptors(tree),
    temporaryFiles: readdirSync(tmpdir()).length,
    sandboxMb: pssKb(below) / 1024,
    nodeMb: process.memoryUsage().rss / 2 ** 20,
  };
}
