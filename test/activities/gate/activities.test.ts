import assert from 'node:assert/strict';
import { createGateActivities, createProbeActivities } from '../../../src/activities/gate/activities.ts';

const notice = { queue: 'q', cause: 'Provider.Auth', reason: 'bad key', runId: 'r1', role: 'judge' };

function world() {
  const done: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): Promise<void> =>
      Promise.resolve(void done.push([name, ...args]));
  const store = { setGate: note('setGate'), clearGate: note('clearGate') };
  return { done, gate: createGateActivities({ setQueueRate: note('setQueueRate'), store }) };
}

describe('gate activities', () => {
  it('close the queue before they show it as closed', async () => {
    const { done, gate } = world();

    await gate.closeQueue(notice);

    assert.deepEqual(done, [
      ['setQueueRate', 'q', 0, 'Provider.Auth: bad key'],
      ['setGate', { queue: 'q', cause: 'Provider.Auth', reason: 'bad key', runId: 'r1' }],
    ]);
  });

  it('show the queue as closed while traffic grows back', async () => {
    const { done, gate } = world();

    await gate.openQueue({ queue: 'q', ratePerSecond: 10 });

    assert.deepEqual(done, [['setQueueRate', 'q', 10, 'the endpoint serves again: slow start']]);
  });

  it('show it as open when the limit is gone', async () => {
    const { done, gate } = world();

    await gate.openQueue({ queue: 'q', ratePerSecond: null });

    assert.deepEqual(done, [
      ['setQueueRate', 'q', null, 'the endpoint serves again'],
      ['clearGate', 'q'],
    ]);
  });
});

describe('probe activities', () => {
  it('ask the endpoint of the role in the notice', async () => {
    const asked: unknown[] = [];
    const { probe } = createProbeActivities((target) => {
      asked.push(target);
      return Promise.resolve({ healthy: false, reason: '401' });
    });

    assert.deepEqual(await probe(notice), { healthy: false, reason: '401' });
    assert.deepEqual(asked, [{ runId: 'r1', role: 'judge' }]);
  });
});
