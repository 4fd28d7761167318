import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Moment, parts, planMoments, victimsOf } from '../../scripts/drill/moments.ts';

const plan = (seed: number, count: number): readonly Moment[] =>
  planMoments({ seed, count, patienceMs: 5_000, victims: parts });

describe('the moments of a drill', () => {
  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(plan(4, 30), plan(4, 30));
    assert.notDeepEqual(plan(4, 30), plan(5, 30));
  });

  it('kill every part once before one of them a second time', () => {
    const killed = plan(9, 10).map(({ part }) => part);
    assert.deepEqual(killed.slice(0, 5).toSorted(), parts.toSorted());
    assert.deepEqual(killed.slice(5).toSorted(), parts.toSorted());
  });

  it('kill nothing that the run does not work with', () => {
    assert.deepEqual(victimsOf({ calls: 0, trains: true }), ['worker', 'temporal', 'postgres', 'trainer']);
    assert.deepEqual(victimsOf({ calls: 9, trains: false }), ['worker', 'temporal', 'postgres', 'teacher']);
    const victims = victimsOf({ calls: 0, trains: true });
    const killed = planMoments({ seed: 3, count: 8, patienceMs: 5_000, victims }).map(({ part }) => part);
    assert.deepEqual(killed.slice(4).toSorted(), victims.toSorted());
  });

  it('come in the order of the run and leave its last calls alone', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
        const shares = plan(seed, count).map(({ atShare }) => atShare);
        assert.equal(shares.length, count);
        assert.deepEqual(
          shares,
          shares.toSorted((a, b) => a - b),
        );
        assert.ok(shares.every((share) => share >= 0.01 && share <= 0.85));
      }),
    );
  });

  it('keep a part away for 3 s at most', () => {
    assert.ok(plan(1, 200).every(({ awayMs }) => awayMs >= 0 && awayMs <= 3_000));
  });
});
