import assert from 'node:assert/strict';
import { resolveOptions } from '../../../src/activities/sandbox/limits.ts';

describe('resolveOptions', () => {
  it('fills in every default', () => {
    assert.deepEqual(resolveOptions({}), {
      seed: '0',
      hashSeed: 0,
      nowMs: 1_767_225_600_000,
      cpuMs: 1_000,
      wallMs: 3_000,
      memMb: 512,
      outKb: 1_024,
    });
  });

  it('reads the clock with its zone', () => {
    assert.equal(resolveOptions({ now: '2026-03-01T12:00:00+02:00' }).nowMs, Date.UTC(2026, 2, 1, 10));
  });

  for (const now of ['2026-03-01T12:00:00', '2026-03-01', 'tomorrow', '1969-12-31T23:59:59Z']) {
    it(`refuses the clock ${now}`, () => {
      assert.throws(() => resolveOptions({ now }), /call option now: expected an ISO 8601 instant/);
    });
  }

  it('refuses limits out of range and names the range', () => {
    assert.throws(
      () => resolveOptions({ cpuMs: 0 }),
      new RangeError('call option cpuMs: expected a whole number from 1 to 60000, got 0'),
    );
    assert.throws(() => resolveOptions({ memMb: 1e9 }), /memMb: expected a whole number from 96 to 4096/);
    assert.throws(() => resolveOptions({ wallMs: Number.NaN }), /wallMs/);
    assert.throws(() => resolveOptions({ outKb: 1.5 }), /outKb/);
  });
});
