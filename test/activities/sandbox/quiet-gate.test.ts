import assert from 'node:assert/strict';
import { QuietGate } from '../../../src/activities/sandbox/quiet-gate.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('QuietGate', () => {
  it('lets calls run side by side', async () => {
    const gate = new QuietGate();
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = gate.together(() => promise);
    assert.equal(await gate.together(() => Promise.resolve('second')), 'second');
    resolve();
    await first;
  });

  it('runs one alone after those before it and before those after it', async () => {
    const gate = new QuietGate();
    const seen: string[] = [];
    const step = (name: string, until: Promise<void>) => async () => {
      seen.push(`${name} starts`);
      await until;
      seen.push(`${name} ends`);
    };
    const [before, alone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const all = [gate.together(step('before', before.promise))];
    await settle();
    all.push(gate.alone(step('alone', alone.promise)), gate.together(step('after', Promise.resolve())));
    await settle();
    assert.deepEqual(seen, ['before starts']);
    before.resolve();
    await settle();
    assert.deepEqual(seen, ['before starts', 'before ends', 'alone starts']);
    alone.resolve();
    await Promise.all(all);
    assert.deepEqual(seen.slice(3), ['alone ends', 'after starts', 'after ends']);
  });

  it('opens again after work that threw', async () => {
    const gate = new QuietGate();
    await assert.rejects(
      gate.alone(() => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await gate.alone(() => Promise.resolve('open')), 'open');
  });
});
