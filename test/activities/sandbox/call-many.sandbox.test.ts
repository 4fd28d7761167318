import assert from 'node:assert/strict';
import type { EnvRef, ListedCall } from '../../../src/activities/sandbox/contract.ts';
import { onEach, overHttp, processPerCall, whole, zygotes } from './backends.ts';

const source = [
  'import os, random, threading',
  'SEEN = []',
  'def square(i):',
  '  SEEN.append(i)',
  '  return [i * i, len(SEEN)]',
  'def spin():',
  '  while True: pass',
  'def wait(): threading.Event().wait()',
  'def grow(): return len(bytearray(1 << 30))',
  'def crash(): os.abort()',
  'def leave(): os._exit(0)',
  'def flood(): return "x" * 3_000_000',
  'def chance(): return random.random()',
  'def text(of): return of',
].join('\n');

const squares = (count: number): ListedCall[] =>
  Array.from({ length: count }, (_, i) => ({ fn: 'square', args: { i } }));

describe('a list of calls', () => {
  onEach([...zygotes, overHttp, ...(whole ? [processPerCall] : [])], (sandbox) => {
    let env: EnvRef;
    before(async () => {
      env = await sandbox().load(source);
    });

    it('gives the results in order, each from a process of its own', async () => {
      const results = await sandbox().callMany(env, squares(40));
      assert.deepEqual(
        results.map(({ value }) => value),
        Array.from({ length: 40 }, (_, i) => [i * i, 1]),
      );
    });

    it('gives each call its own end, and every other its value', async () => {
      const results = await sandbox().callMany(env, [
        { fn: 'square', args: { i: 3 } },
        { fn: 'spin', args: {}, options: { cpuMs: 50 } },
        { fn: 'square', args: { i: 4 } },
        { fn: 'wait', args: {}, options: { wallMs: 60 } },
        { fn: 'grow', args: {}, options: { memMb: 128 } },
        { fn: 'flood', args: {} },
        { fn: 'crash', args: {} },
        { fn: 'leave', args: {} },
        { fn: 'nothing', args: {} },
        { fn: 'square', args: [1] },
        { fn: 'square', args: { i: 5 } },
      ]);
      assert.deepEqual(
        results.map(({ status }) => status),
        'ok timeout ok timeout memory output_limit crash bad_result tool_error tool_error ok'.split(' '),
      );
      assert.deepEqual(
        [results[2]?.value, results[10]?.value],
        [
          [16, 1],
          [25, 1],
        ],
      );
    });

    it('is the same as single calls, byte for byte', async () => {
      const calls: ListedCall[] = [
        { fn: 'chance', args: {} },
        { fn: 'chance', args: {}, options: { seed: 'b' } },
        { fn: 'chance', args: {}, options: { hashSeed: 1 } },
        { fn: 'text', args: { of: 'ü\n"' } },
        { fn: 'text', args: { of: [1.5, null, { b: 1, a: 2 }] } },
      ];
      const listed = await sandbox().callMany(env, calls, { seed: 'a' });
      const single = await Promise.all(
        calls.map(({ fn, args, options }) => sandbox().call(env, fn, args, { seed: 'a', ...options })),
      );
      assert.deepEqual(
        listed.map(({ canonical }) => canonical),
        single.map(({ canonical }) => canonical),
      );
      assert.notEqual(listed[0]?.canonical, listed[1]?.canonical);
    });

    it('carries answers far larger than what a pipe holds', async () => {
      const of = 'x'.repeat(400_000);
      const results = await sandbox().callMany(
        env,
        Array.from({ length: 4 }, () => ({ fn: 'text', args: { of } })),
      );
      assert.deepEqual(
        results.map(({ value }) => value === of),
        [true, true, true, true],
      );
    });

    it('of no calls has no results, and of a broken source the same error for each', async () => {
      assert.deepEqual(await sandbox().callMany(env, []), []);
      const broken = await sandbox().load('def f(:');
      const results = await sandbox().callMany(broken, squares(2));
      assert.deepEqual(
        results.map(({ status, error }) => [status, error?.type]),
        [
          ['tool_error', 'SyntaxError'],
          ['tool_error', 'SyntaxError'],
        ],
      );
    });

    it('rejects as a whole when one option is out of its range', async () => {
      const calls = [...squares(2), { fn: 'square', args: { i: 1 }, options: { cpuMs: 0 } }];
      await assert.rejects(sandbox().callMany(env, calls), /call option cpuMs/);
    });

    it('keeps an answer that still waits out of the memory of the calls after it', async () => {
      const spy = await sandbox().load(spySource);
      const tell = { fn: 'tell', args: { word: 'CANARY' } };
      const [first, spied, last] = await sandbox().callMany(spy, [tell, { fn: 'search', args: {} }, tell]);
      assert.deepEqual([first?.status, last?.status], ['ok', 'ok']);
      // Nothing is there, or something of the call's own that came to lie there.
      assert.ok(spied?.status === 'crash' || spied?.value === 0, JSON.stringify(spied));
    });
  });
});

/** Looks for other answers where the sandbox keeps those that are finished. */
const spySource = [
  'def tell(word): return word',
  'def search():',
  '  [watch] = [one for one in object.__subclasses__() if one.__name__ == "Watch"]',
  '  return bytes(watch.__init__.__globals__["outbox"]._view).count(b"CANARY")',
].join('\n');
