import assert from 'node:assert/strict';
import type { CallOptions, CallResult, EnvRef, ListedCall } from '../../../src/activities/sandbox/contract.ts';
import { onEach, zygotes } from './backends.ts';

/** Loading takes far more processor time than a call. */
const slow = (name: string) => `N = sum(range(3_000_000))\nprint("loaded")\nSEEN = []\ndef f(i):
  SEEN.append(i)
  return ["${name}", i, len(SEEN)]`;

const three = (options: CallOptions = {}): ListedCall[] => [1, 2, 3].map((i) => ({ fn: 'f', args: { i }, options }));

describe('templates', () => {
  onEach(zygotes, (sandbox) => {
    /** Processor time of a call that loads the module for itself: under a seed of its own it finds no template. */
    const loading = async (env: EnvRef): Promise<number> =>
      (await sandbox().call(env, 'f', { i: 0 }, { seed: 'alone' })).usage.cpuMs;
    /** Every call took far less than one that loads; a ratio, because processors differ. */
    const withoutLoading = (results: readonly CallResult[], whole: number): boolean =>
      results.every(({ usage }) => usage.cpuMs * 4 < whole);

    it('load a module once for a list of calls, and each call sees it as it was loaded', async () => {
      const env = await sandbox().load(slow('one'));
      const results = await sandbox().callMany(env, three());
      assert.deepEqual(
        results.map(({ value, loadStdout }) => [value, loadStdout]),
        [1, 2, 3].map((i) => [['one', i, 1], 'loaded\n']),
      );
      const whole = await loading(env);
      assert.ok(withoutLoading(results, whole), `${whole}: ${JSON.stringify(results)}`);
    });

    it('serve single calls from the second one on', async () => {
      const env = await sandbox().load(slow('two'));
      const spent: number[] = [];
      for (const i of [1, 2, 3]) spent.push((await sandbox().call(env, 'f', { i })).usage.cpuMs);
      // The loading is in the first call alone; a ratio, because processors differ.
      const [first = 0, ...later] = spent;
      assert.ok(
        later.every((ms) => ms * 4 < first),
        spent.join(),
      );
    });

    it('are of one source, one seed, one clock and one set of limits', async () => {
      const chance = await sandbox().load(
        'import random, time\nR = [random.random(), time.time()]\ndef f(i): return R',
      );
      const seen = new Set<string | undefined>();
      for (const options of [{ seed: 'a' }, { seed: 'b' }, { now: '2027-01-01T00:00:00Z' }]) {
        const [listed] = await sandbox().callMany(chance, three(options));
        const alone = await sandbox().call(chance, 'f', { i: 1 }, { ...options, memMb: 300 });
        assert.equal(listed?.canonical, alone.canonical);
        seen.add(listed?.canonical);
      }
      assert.equal(seen.size, 3);
    });

    it('make room for each other and come back', async () => {
      const envs = await Promise.all(Array.from({ length: 6 }, (_, i) => sandbox().load(slow(`env ${i}`))));
      for (const round of [1, 2]) {
        for (const [i, env] of envs.entries()) {
          const [first] = await sandbox().callMany(env, three());
          assert.deepEqual(first?.value, [`env ${i}`, 1, 1], `round ${round}`);
        }
      }
      const last = envs.at(-1);
      assert.ok(last);
      assert.ok(withoutLoading(await sandbox().callMany(last, three().slice(0, 1)), await loading(last)));
    });

    it('are not made of a module that fails, and its calls end as ever', async () => {
      const env = await sandbox().load('import sys\nprint("a")\nraise ValueError("no")\ndef f(i): return i');
      const results = await sandbox().callMany(env, three());
      const alone = await sandbox().call(env, 'f', { i: 1 });
      assert.deepEqual(
        results.map(({ status, error, loadStdout }) => [status, error, loadStdout]),
        [1, 2, 3].map(() => ['tool_error', { type: 'ValueError', message: 'no' }, 'a\n']),
      );
      assert.deepEqual([alone.status, alone.error], [results[0]?.status, results[0]?.error]);
    });

    it('count the processor time of loading against each call', async () => {
      const source = 'def burn(n):\n  while n: n -= 1\nburn(1_200_000)\ndef f(i):\n  burn(1_200_000)\n  return i';
      const env = await sandbox().load(source);
      const both: number[] = [];
      // Each under another seed: none of them finds a template.
      for (const seed of ['a', 'b', 'c'])
        both.push((await sandbox().call(env, 'f', { i: 1 }, { seed, cpuMs: 60_000 })).usage.cpuMs);
      // More than one of the two parts, less than both, also where the processor is faster now than it was a moment ago.
      const cpuMs = Math.round(Math.min(...both) * 0.6);
      const results = await sandbox().callMany(env, three({ cpuMs }));
      assert.deepEqual(
        results.map(({ status }) => status),
        ['timeout', 'timeout', 'timeout'],
      );
    });
  });
});
