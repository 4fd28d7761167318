import assert from 'node:assert/strict';
import { SandboxLost } from '../../../src/activities/sandbox/classify-failure.ts';
import type { Fitness } from '../../../src/activities/sandbox/doctor.ts';
import { fitness } from '../../../src/activities/sandbox/doctor.ts';
import { resolveOptions } from '../../../src/activities/sandbox/limits.ts';
import { createPythonSandbox } from '../../../src/activities/sandbox/python-sandbox.ts';
import type { Zygote } from '../../../src/activities/sandbox/zygote.ts';
import { encodeRequest } from '../../../src/activities/sandbox/zygote-frames.ts';
import { ZygotePool } from '../../../src/activities/sandbox/zygote-pool.ts';

describe('ZygotePool', () => {
  let host: Fitness;
  let pool: ZygotePool;
  before(async () => {
    host = await fitness();
  });
  beforeEach(() => {
    pool = new ZygotePool(host, 1);
  });
  afterEach(() => pool.close());

  const pid = (zygote: Zygote): number => {
    assert.ok(zygote.pid);
    return zygote.pid;
  };
  const pidNow = () => pool.lend(0, (zygote) => Promise.resolve(pid(zygote)));
  const sandboxOverPool = () =>
    createPythonSandbox({ backend: 'zygote', level: host.level, python: host.python.version }, pool);

  it('lends the same interpreter again', async () => {
    assert.equal(await pidNow(), await pidNow());
  });

  it('lends another one for another hash seed', async () => {
    const other = await pool.lend(1, (zygote) => Promise.resolve(pid(zygote)));
    assert.notEqual(other, await pidNow());
  });

  it('lends one at a time when its size is 1', async () => {
    let inside = 0;
    const most: number[] = [];
    const use = async () => {
      inside += 1;
      most.push(inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([pool.lend(0, use), pool.lend(0, use), pool.lend(0, use)]);
    assert.deepEqual(most, [1, 1, 1]);
  });

  it('replaces an interpreter that was killed between two calls', async () => {
    const sandbox = sandboxOverPool();
    const env = await sandbox.load('def f(): return 1');
    const before = await pool.lend(0, async (zygote) => {
      process.kill(pid(zygote), 'SIGKILL');
      await zygote.stop();
      return pid(zygote);
    });
    assert.equal((await sandbox.call(env, 'f', {})).value, 1);
    assert.notEqual(await pidNow(), before);
  });

  it('makes a call infra when its interpreter is killed under it, and answers the next', async () => {
    const sandbox = sandboxOverPool();
    const env = await sandbox.load('import threading\ndef f(wait):\n  return threading.Event().wait() if wait else 1');
    const zygotePid = await pidNow();
    const running = sandbox.call(env, 'f', { wait: true }, { wallMs: 60_000 });
    setTimeout(() => process.kill(zygotePid, 'SIGKILL'), 50);
    const lost = await running;
    assert.equal(lost.status, 'infra');
    assert.match(lost.error.message, /the sandbox process ended \(SIGKILL\)/);
    assert.equal((await sandbox.call(env, 'f', { wait: false })).value, 1);
  });

  it('gives up an interpreter that sends no status frame in time', async () => {
    // Without bubblewrap: a stopped bubblewrap does not stop the zygote inside it.
    const bare = new ZygotePool(await fitness({ level: 'seccomp' }), 1);
    await bare.lend(0, async (zygote) => {
      process.kill(pid(zygote), 'SIGSTOP');
      const request = encodeRequest(resolveOptions({}), 'compile', Buffer.from('x = 1'));
      await assert.rejects(zygote.run(request, 200), /sent no status frame in time/);
      assert.equal(zygote.dead, true);
    });
    await bare.close();
  });

  it('rejects with SandboxLost and what the process said when it cannot start', async () => {
    const broken = new ZygotePool({ ...host, python: { ...host.python, executable: '/no/such/python' } }, 1);
    await assert.rejects(
      broken.lend(0, () => Promise.resolve()),
      SandboxLost,
    );
    await broken.close();
  });

  it('refuses calls after it was closed', async () => {
    await pool.close();
    await assert.rejects(pidNow(), /the sandbox is closed/);
  });
});
