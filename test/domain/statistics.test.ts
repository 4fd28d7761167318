import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mean, median, nearestRank, populationDeviation, wilsonInterval } from '../../src/domain/statistics.ts';

describe('statistics', () => {
  it('are undefined on an empty list instead of a number', () => {
    assert.deepEqual([mean([]), median([]), populationDeviation([]), nearestRank([], 90)], Array(4).fill(undefined));
  });

  it('give the textbook values', () => {
    assert.equal(mean([1, 2, 3, 6]), 3);
    assert.equal(median([5, 1, 3]), 3);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(populationDeviation([2, 4, 4, 4, 5, 5, 7, 9]), 2);
  });

  it('take the nearest rank, without a rounding error that moves it', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.deepEqual(
      [0, 1, 7, 29, 90, 100].map((p) => nearestRank(values, p)),
      [1, 1, 7, 29, 90, 100],
    );
    assert.equal(nearestRank([0.2, 0.9], 50), 0.2);
    assert.equal(nearestRank([0.2, 0.9], 51), 0.9);
  });

  it('refuse a percentile or a count outside its range', () => {
    assert.throws(() => nearestRank([1], 101), /must lie in 0..100, got 101/);
    assert.throws(() => nearestRank([1], Number.NaN), RangeError);
    assert.throws(() => wilsonInterval(3, 2), /got 3 of 2/);
  });

  it('know nothing of a proportion without trials, and little after few', () => {
    assert.deepEqual(wilsonInterval(0, 0), { low: 0, high: 1 });
    const { low, high } = wilsonInterval(8, 10);
    assert.equal(low.toFixed(4), '0.4902');
    assert.equal(high.toFixed(4), '0.9433');
  });

  it('keep the proportion inside its interval', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (a, b) => {
        const { low, high } = wilsonInterval(Math.min(a, b), Math.max(a, b));
        const share = Math.max(a, b) === 0 ? 0.5 : Math.min(a, b) / Math.max(a, b);
        return low >= 0 && high <= 1 && low <= share + 1e-12 && high >= share - 1e-12;
      }),
    );
  });

  it('take a percentile that is one of the values, with at least that share at or below it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.nat(100), (values, percentile) => {
        const value = nearestRank(values, percentile);
        assert.ok(value !== undefined && values.includes(value));
        return values.filter((other) => other <= value).length * 100 >= percentile * values.length;
      }),
    );
  });
});
