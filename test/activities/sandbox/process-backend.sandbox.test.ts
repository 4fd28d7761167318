import assert from 'node:assert/strict';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createProcessSandbox } from '../../../src/activities/sandbox/process-backend.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';

/** Calls whose outcome could betray that the interpreter is not a fresh one. */
const sources = [
  'import random, uuid, os\ndef f(): return [random.random(), str(uuid.uuid4()), os.urandom(3).hex()]',
  'import time, datetime\ndef f(): return [time.time(), time.monotonic(), str(datetime.datetime.now())]',
  'import sys\ndef f(): return sorted(sys.modules)',
  'import os\ndef f(): return [sorted(os.environ.items()), os.getpid(), os.getppid(), os.uname().nodename]',
  'import decimal\ndecimal.getcontext().prec = 3\ndef f(): return str(decimal.Decimal(1) / 3)',
  'import re, json\nre.purge()\njson.dumps = None\ndef f(): return len(re.__dict__)',
  'def f(): return list({"b", "a", "c", ("x", "y")} - {("x", "y")})',
  'print("load")\ndef f():\n  print("call")\n  raise KeyError("k")',
];

describe('the process per call', () => {
  let warm: OwnedSandbox;
  let fresh: OwnedSandbox;
  before(async () => {
    [warm, fresh] = await Promise.all([
      createZygoteSandbox({ level: 'seccomp', size: 1 }),
      createProcessSandbox({ level: 'seccomp' }),
    ]);
  });
  after(() => Promise.all([warm.close(), fresh.close()]));

  const outcomes = async (sandbox: OwnedSandbox) => {
    const all: unknown[] = [];
    for (const source of sources) {
      const { usage: _, ...rest } = await sandbox.call(await sandbox.load(source), 'f', {}, { seed: 'same' });
      all.push(rest);
    }
    return all;
  };

  it('gives what a warm interpreter gives, also after all these calls ran in it', async () => {
    const expected = await outcomes(fresh);
    assert.deepEqual(await outcomes(warm), expected);
    assert.deepEqual(await outcomes(warm), expected);
  });

  it('gives what each call of a list gives, made from a template or not', async () => {
    for (const [i, expected] of (await outcomes(fresh)).entries()) {
      const env = await warm.load(sources[i] ?? '');
      const calls = [1, 2, 3].map(() => ({ fn: 'f', args: {} }));
      for (const { usage: _, ...rest } of await warm.callMany(env, calls, { seed: 'same' })) {
        assert.deepEqual(rest, expected);
      }
    }
  });
});
