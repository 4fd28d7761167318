import assert from 'node:assert/strict';
import { ProviderError } from '../../../src/activities/failures.ts';
import type { GateNotice } from '../../../src/activities/gate/contract.ts';
import { createOutageWatch } from '../../../src/activities/llm/outage-watch.ts';

const notice = { queue: 'q', runId: 'r1', role: 'judge' };
const away = new ProviderError('Unavailable', 'no connection', { retryAfterMs: 9000 });

function watched(trip: (notice: GateNotice) => Promise<void> = () => Promise.resolve()) {
  const trips: GateNotice[] = [];
  const gate = {
    trip(tripped: GateNotice): Promise<void> {
      trips.push(tripped);
      return trip(tripped);
    },
  };
  return { trips, watch: createOutageWatch({ gate, rng: () => 0.5, failuresInRow: 3 }) };
}

describe('outage watch', () => {
  for (const kind of ['Auth', 'Quota'] as const) {
    it(`closes the queue at the first Provider.${kind} and lets the closed queue hold the retry`, async () => {
      const { trips, watch } = watched();

      const failure = await watch.failed(new ProviderError(kind, 'refused', { retryAfterMs: 300_000 }), notice);

      assert.deepEqual(trips, [{ ...notice, cause: `Provider.${kind}`, reason: 'refused' }]);
      assert.equal(failure.kind, kind);
      assert.equal(failure.retryAfterMs, 3500);
    });
  }

  it('closes the queue after unreachable answers in a row, and at each one after', async () => {
    const { trips, watch } = watched();
    const delays: (number | undefined)[] = [];
    for (let i = 0; i < 4; i++) delays.push((await watch.failed(away, notice)).retryAfterMs);

    assert.deepEqual(delays, [9000, 9000, 3500, 3500]);
    assert.equal(trips.length, 2);
  });

  it('starts counting again after any sign of life, also a refusal', async () => {
    const { trips, watch } = watched();
    await watch.failed(away, notice);
    await watch.failed(away, notice);
    watch.alive('q');
    await watch.failed(away, notice);
    await watch.failed(away, notice);
    await watch.failed(new ProviderError('RateLimit', 'slow down'), notice);
    await watch.failed(away, notice);
    await watch.failed(away, notice);

    assert.deepEqual(trips, []);
  });

  it('counts each queue by itself', async () => {
    const { trips, watch } = watched();
    for (const queue of ['a', 'b', 'a', 'b']) await watch.failed(away, { ...notice, queue });

    assert.deepEqual(trips, []);
  });

  it('keeps the longer delay and says so when the queue could not be closed', async () => {
    const { watch } = watched(() => Promise.reject(new Error('server away')));

    const failure = await watch.failed(new ProviderError('Auth', 'refused', { retryAfterMs: 300_000 }), notice);

    assert.equal(failure.retryAfterMs, 300_000);
    assert.equal(failure.message, 'refused (closing q failed: server away)');
  });
});
