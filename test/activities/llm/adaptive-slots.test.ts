import assert from 'node:assert/strict';
import { type AdaptiveSlots, createAdaptiveSlots } from '../../../src/activities/llm/adaptive-slots.ts';

const context = {
  slotType: 'activity' as const,
  taskQueue: 'q',
  workerIdentity: 'w',
  workerBuildId: 'b',
  isSticky: false,
};
const release = { slotInfo: { type: 'activity' as const, activityType: 'ask' }, permit: {} };
const never = new AbortController().signal;

function reserve(slots: AdaptiveSlots, count: number): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, () => slots.reserveSlot(context, never)));
}

describe('adaptive slots', () => {
  it('hand out as many slots as the limit and the next when one is released, in order', async () => {
    const slots = createAdaptiveSlots({ maximum: 2, now: () => 0 });
    const order: string[] = [];
    await reserve(slots, 2);
    const third = slots.reserveSlot(context, never).then(() => order.push('third'));
    const fourth = slots.reserveSlot(context, never).then(() => order.push('fourth'));

    assert.deepEqual(slots.snapshot(), { limit: 2, maximum: 2, inUse: 2, waiting: 2 });
    assert.equal(slots.tryReserveSlot(context), null);
    slots.releaseSlot(release);
    await third;
    assert.deepEqual(order, ['third']);
    slots.releaseSlot(release);
    await fourth;
    assert.deepEqual(order, ['third', 'fourth']);
  });

  it('halve the limit once per recovery window, never below 1', () => {
    let time = 0;
    const slots = createAdaptiveSlots({ maximum: 16, now: () => time, recoveryMs: 1000 });
    const after429 = (at: number): number => {
      time = at;
      slots.onRateLimited();
      return slots.snapshot().limit;
    };

    assert.deepEqual([0, 1, 999, 1000, 2000, 3000, 4000, 5000].map(after429), [8, 8, 8, 4, 2, 1, 1, 1]);
  });

  it('grow by about one for as many successes as the limit, up to the maximum', () => {
    const slots = createAdaptiveSlots({ maximum: 8, now: () => 0 });
    slots.onRateLimited();
    for (let i = 0; i < 5; i++) slots.onSuccess();
    const { limit } = slots.snapshot();
    for (let i = 0; i < 100; i++) slots.onSuccess();

    assert.ok(limit > 5 && limit < 5.2, `limit ${limit}`);
    assert.equal(slots.snapshot().limit, 8);
  });

  it('serve waiting calls when the limit grows', async () => {
    const slots = createAdaptiveSlots({ maximum: 4, now: () => 0 });
    slots.onRateLimited();
    await reserve(slots, 2);
    const third = slots.reserveSlot(context, never);

    slots.onSuccess();
    slots.onSuccess();
    slots.onSuccess();

    await third;
    assert.equal(slots.snapshot().inUse, 3);
  });

  it('follow the maximum of the model, at once when they were not slowed down', () => {
    const slots = createAdaptiveSlots({ maximum: 4, now: () => 0 });
    slots.setMaximum(10);
    assert.equal(slots.snapshot().limit, 10);
    slots.onRateLimited();
    slots.setMaximum(20);
    assert.equal(slots.snapshot().limit, 5);
    slots.setMaximum(3);
    assert.equal(slots.snapshot().limit, 3);
  });

  it('hand out nothing above a lowered limit until enough is released', async () => {
    const slots = createAdaptiveSlots({ maximum: 4, now: () => 0 });
    await reserve(slots, 4);
    slots.onRateLimited();
    slots.releaseSlot(release);
    slots.releaseSlot(release);
    assert.equal(slots.tryReserveSlot(context), null);
    slots.releaseSlot(release);
    assert.notEqual(slots.tryReserveSlot(context), null);
  });

  it('forget a caller that gives up, with its own reason', async () => {
    const slots = createAdaptiveSlots({ maximum: 1, now: () => 0 });
    await reserve(slots, 1);
    const leaving = new AbortController();
    const waiting = slots.reserveSlot(context, leaving.signal);
    leaving.abort();

    await assert.rejects(waiting, (error) => error === leaving.signal.reason);
    await assert.rejects(slots.reserveSlot(context, leaving.signal), (error) => error === leaving.signal.reason);
    assert.deepEqual(slots.snapshot(), { limit: 1, maximum: 1, inUse: 1, waiting: 0 });
  });
});
