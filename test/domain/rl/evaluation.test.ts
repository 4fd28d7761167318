import assert from 'node:assert/strict';
import { worthTraining } from '../../../src/domain/rl/difficulty.ts';
import { measurePolicy } from '../../../src/domain/rl/evaluation.ts';
import { rewardOf } from '../../../src/domain/rl/reward-variant.ts';
import { taskOfGroup, turnSeed } from '../../../src/domain/rl/task-order.ts';
import { meanInterval } from '../../../src/domain/statistics.ts';

const score = (f1: number, calls = 2) => ({ n: 2, solved: f1 === 1 ? 2 : 0, calls, recall: f1, precision: f1, f1 });

describe('measures of a policy', () => {
  it('average repeats of a task before the interval is taken over tasks', () => {
    const { f1, tasks, perfect } = measurePolicy([
      { task: 'a', scores: [score(1), score(0)] },
      { task: 'b', scores: [score(1), { ...score(1, 3), precision: 2 / 3 }] },
      { task: 'c', scores: [] },
    ]);

    assert.equal(tasks, 2);
    assert.equal(f1.mean, 0.75);
    assert.ok(Math.abs(f1.low - (0.75 - 1.96 * 0.25)) < 1e-12, `got ${f1.low}`);
    assert.equal(perfect.mean, 0.5);
  });

  it('say that nothing is known where nothing was measured', () => {
    assert.deepEqual(measurePolicy([]).f1, { mean: 0, low: 0, high: 1 });
    assert.equal(meanInterval([]), undefined);
    assert.deepEqual(meanInterval([0.4]), { mean: 0.4, low: 0.4, high: 0.4 });
  });
});

describe('what is rewarded', () => {
  it('is the part that the run names, and never something outside 0..1', () => {
    const parts = { f1: 0.8, recall: 1, precision: 0.6 };

    assert.equal(rewardOf(parts, 'f1'), 0.8);
    assert.equal(rewardOf(parts, 'recall'), 1);
    assert.equal(rewardOf(parts, 'precision'), 0.6);
    assert.throws(() => rewardOf({ ...parts, f1: Number.NaN }, 'f1'), /must lie in 0..1, got NaN/);
    assert.throws(() => rewardOf({ ...parts, f1: 1.33 }, 'f1'), /got 1.33/);
  });
});

describe('the order of tasks', () => {
  it('plays every environment once per pass, each pass in another order', () => {
    const pass = (no: number): number[] => Array.from({ length: 5 }, (_, at) => taskOfGroup(5, 'seed', no * 5 + at));

    assert.deepEqual(
      pass(0).toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(
      pass(1).toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4],
    );
    assert.notDeepEqual(pass(0), pass(1));
    assert.throws(() => taskOfGroup(0, 'seed', 0), /no environment/);
  });

  it('draws turns of different rollouts by different seeds', () => {
    assert.equal(turnSeed('g', 0)(1), turnSeed('g', 0)(1));
    assert.notEqual(turnSeed('g', 0)(1), turnSeed('g', 1)(0));
  });
});

describe('difficulty', () => {
  it('leaves out what is always or never solved, and keeps what nobody tried', () => {
    const band = { low: 0.1, high: 0.9 };

    assert.equal(worthTraining({ solved: 5, tried: 10 }, band), true);
    assert.equal(worthTraining({ solved: 10, tried: 10 }, band), false);
    assert.equal(worthTraining({ solved: 0, tried: 10 }, band), false);
    assert.equal(worthTraining({ solved: 0, tried: 0 }, band), true);
  });
});
