import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { withHeartbeat } from '../../src/activities/heartbeat.ts';

function recorded(environment: MockActivityEnvironment): unknown[] {
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  return beats;
}

describe('withHeartbeat', () => {
  it('beats by timer with the progress of the moment, and not at entry', async () => {
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 30 });
    const beats = recorded(environment);
    let phase = 'first';

    await environment.run(() =>
      withHeartbeat(
        () => ({ phase }),
        async () => {
          assert.deepEqual(beats, []);
          while (beats.length < 1) await sleep(5);
          phase = 'second';
          while (beats.length < 3) await sleep(5);
        },
      ),
    );

    assert.deepEqual(beats[0], { phase: 'first' });
    assert.deepEqual(beats.at(-1), { phase: 'second' });
  });

  it('stops with the work, also when it fails', async () => {
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 9 }, { logger: new DefaultLogger('ERROR') });
    const beats = recorded(environment);
    const failing = (): Promise<never> => Promise.reject(new Error('broken'));

    await assert.rejects(
      environment.run(() => withHeartbeat(() => ({ phase: 'x' }), failing)),
      { message: 'broken' },
    );
    const atEnd = beats.length;
    await sleep(30);

    assert.equal(beats.length, atEnd);
  });

  it('does not beat without a heartbeat timeout', async () => {
    const environment = new MockActivityEnvironment();
    const beats = recorded(environment);

    const result = await environment.run(() =>
      withHeartbeat(
        () => ({ phase: 'x' }),
        () => Promise.resolve(7),
      ),
    );

    assert.equal(result, 7);
    assert.deepEqual(beats, []);
  });

  it('only runs the function outside an activity', async () => {
    assert.equal(
      await withHeartbeat(
        () => ({ phase: 'x' }),
        () => Promise.resolve(7),
      ),
      7,
    );
  });
});
