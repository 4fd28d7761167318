import assert from 'node:assert/strict';
import { createOutageGate } from '../../../src/activities/gate/outage-gate.ts';

const notice = { queue: 'astra-llm-judge', cause: 'Provider.Auth', reason: 'bad key', runId: 'r1', role: 'judge' };

function world(failing: { signal?: Error } = {}) {
  const done: unknown[][] = [];
  let time = 0;
  const client = {
    signalWithStart(...args: unknown[]): Promise<never> {
      done.push(['signalWithStart', ...args]);
      // The gate does not use the handle.
      return failing.signal === undefined ? Promise.resolve(undefined as never) : Promise.reject(failing.signal);
    },
  };
  const setQueueRate = (...args: unknown[]): Promise<void> =>
    Promise.resolve(void done.push(['setQueueRate', ...args]));
  const gate = createOutageGate({ client, setQueueRate, now: () => time, quietMs: 1000 });
  return { done, gate, at: (ms: number) => (time = ms), failing };
}

describe('outage gate', () => {
  it('tells the workflow of the queue first, then closes the queue at once', async () => {
    const { done, gate } = world();

    await gate.trip(notice);

    const start = {
      workflowId: 'astra-gate/astra-llm-judge',
      taskQueue: 'astra-workflows',
      args: [notice],
      signal: 'outage',
      signalArgs: [notice],
    };
    assert.deepEqual(done, [
      ['signalWithStart', 'llmGate', start],
      ['setQueueRate', 'astra-llm-judge', 0, 'Provider.Auth: bad key'],
    ]);
  });

  it('trips once for calls that fail together, and again later', async () => {
    const { done, gate, at } = world();

    await Promise.all([gate.trip(notice), gate.trip(notice)]);
    at(999);
    await gate.trip(notice);
    assert.equal(done.length, 2);
    at(1000);
    await gate.trip(notice);
    assert.equal(done.length, 4);
  });

  it('trips for another queue in the same moment', async () => {
    const { done, gate } = world();

    await Promise.all([gate.trip(notice), gate.trip({ ...notice, queue: 'astra-llm-teacher' })]);

    assert.equal(done.length, 4);
  });

  it('leaves the queue open when no workflow would open it again, and tries anew with the next failure', async () => {
    const { done, gate, failing } = world({ signal: new Error('server away') });

    await assert.rejects(gate.trip(notice), { message: 'server away' });
    assert.deepEqual(
      done.map(([name]) => name),
      ['signalWithStart'],
    );
    delete failing.signal;
    await gate.trip(notice);
    assert.deepEqual(
      done.map(([name]) => name),
      ['signalWithStart', 'signalWithStart', 'setQueueRate'],
    );
  });
});
