import assert from 'node:assert/strict';
import { compileSource } from '../../../src/activities/sandbox/bytecode.ts';
import { fitness } from '../../../src/activities/sandbox/doctor.ts';
import type { Held } from '../../../src/activities/sandbox/held-processes.ts';
import { HeldProcesses } from '../../../src/activities/sandbox/held-processes.ts';
import { zygoteLaunch } from '../../../src/activities/sandbox/launch.ts';
import { resolveOptions } from '../../../src/activities/sandbox/limits.ts';
import { Zygote } from '../../../src/activities/sandbox/zygote.ts';

const source = `
import os
n = 0
def count():
    global n
    n += 1
    return n
def babble():
    os.write(3, b"x" * 100)
    return 1
def forge():
    os.write(3, (6).to_bytes(4, "little") + b"\\2\\0\\0\\0{}")
    return 1
def wait(): __import__("threading").Event().wait()
def die(): os._exit(0)
def double():
    [found] = [one for one in object.__subclasses__() if one.__name__ == "CDLL"]
    return found(None).syscall(56, 0x8000 | 17, 0, 0, 0, 0)
`;

describe('HeldProcesses', () => {
  let processes: HeldProcesses;
  let bytecode: Buffer;
  before(async () => {
    const host = await fitness();
    const launch = zygoteLaunch(host.python, { ...host, hashSeed: 0, channels: 2 });
    processes = new HeldProcesses(launch);
    const { zygote } = await Zygote.start(launch);
    const compiled = await compileSource(zygote, source);
    assert.ok('bytecode' in compiled);
    ({ bytecode } = compiled);
    await zygote.stop();
  });
  after(() => processes.close());
  afterEach(async () => {
    for (const held of started.splice(0)) await processes.stop(held);
  });

  const started: Held[] = [];
  const limits = resolveOptions({});
  const hold = async () => {
    const held = await processes.hold({ limits, bytecode, job: { seed: 's', nowMs: 0, log: [] } });
    assert.ok(held);
    started.push(held);
    return held;
  };
  const ask = async ({ channel }: Held, fn: string, ms = 5_000) => {
    const answer = await channel.ask({ fn, args: {} }, { ms, bytes: 10_000 });
    return answer?.subarray(4 + answer.readUInt32LE(0)).toString();
  };

  it('answer one call after another from the same process', async () => {
    const held = await hold();
    assert.deepEqual([await ask(held, 'count'), await ask(held, 'count')], ['1', '2']);
  });

  it('start clean on a channel that another process left in the middle of an answer', async () => {
    for (let round = 0; round < 10; round += 1) {
      const held = await hold();
      assert.equal(await ask(held, 'count'), '1');
      void held.channel.ask({ fn: round % 2 ? 'wait' : 'babble', args: {} }, { ms: 5_000, bytes: 10_000 });
      await processes.stop(held);
    }
  });

  for (const fn of ['babble', 'forge', 'wait', 'die']) {
    it(`are broken by a tool that can ${fn}, and only that one`, async () => {
      const [bad, good] = [await hold(), await hold()];
      await ask(bad, fn, 300);
      assert.equal(await ask(bad, 'count', 300), undefined);
      assert.equal(bad.channel.broken, true);
      assert.equal(await ask(good, 'count'), '1');
    });
  }

  it('make room by ending the one that was idle longest', async () => {
    const [first, second] = [await hold(), await hold()];
    processes.touch(first);
    const third = await hold();
    assert.equal(processes.size, 2);
    assert.equal(await ask(second, 'count'), undefined);
    assert.deepEqual([await ask(first, 'count'), await ask(third, 'count')], ['1', '1']);
  });

  it('never share a channel while many come, are pushed out and go', async () => {
    const comeAndGo = async () => {
      for (let round = 0; round < 12; round += 1) {
        const held = await processes.hold({ limits, bytecode, job: { seed: 's', nowMs: 0, log: [] } });
        if (!held) continue;
        const counts = [await ask(held, 'count'), await ask(held, 'count')];
        // Pushed out is no answer; a wrong answer is one of another process.
        assert.ok(['1,2', '1,', ','].includes(counts.join()), counts.join());
        void processes.stop(held);
      }
    };
    await Promise.all(Array.from({ length: 5 }, comeAndGo));
  });

  it('are doubled with what their calls left in them, and go their own ways', async () => {
    const parent = await hold();
    assert.equal(await ask(parent, 'count'), '1');
    const [double, ...others] = await processes.fork(parent, 1);
    assert.ok(double && others.length === 0);
    started.push(double);
    assert.deepEqual([await ask(double, 'count'), await ask(double, 'count')], ['2', '3']);
    assert.equal(await ask(parent, 'count'), '2');
  });

  it('are doubled as often as there are lines', async () => {
    const parent = await hold();
    const doubles = await processes.fork(parent, 5);
    started.push(...doubles);
    assert.equal(doubles.length, 1);
  });

  it('cannot double themselves: a tool that tries waits for a consent that never comes', async () => {
    if (process.arch !== 'x64') return;
    const [bad, good] = [await hold(), await hold()];
    assert.equal(await ask(bad, 'double', 300), undefined);
    assert.equal(await ask(good, 'count'), '1');
    assert.deepEqual(await processes.fork(bad, 1), []);
  });

  it('refuse a new one while all are busy', async () => {
    for (const held of [await hold(), await hold()]) held.busy = true;
    assert.equal(await processes.hold({ limits, bytecode, job: { seed: 's', nowMs: 0, log: [] } }), undefined);
  });
});
