import assert from 'node:assert/strict';
import { advantagesOf, divisorsOf } from '../../../src/domain/rl/advantage.ts';

describe('advantages', () => {
  it('are the distance from the mean in standard deviations of the group', () => {
    const [low = 0, middle = 0, high = 0] = advantagesOf([0, 0.5, 1], 'std');

    assert.equal(middle, 0);
    assert.ok(Math.abs(high - 1.2247419) < 1e-5, `got ${high}`);
    assert.equal(low, -high);
  });

  it('keep the distance itself where the division is switched off', () => {
    assert.deepEqual(advantagesOf([0, 0.5, 1], 'none'), [-0.5, 0, 0.5]);
  });

  it('are zero for equal rewards, and refused for what is no number', () => {
    assert.deepEqual(advantagesOf([0.3, 0.3], 'none'), [0, 0]);
    assert.throws(() => advantagesOf([0.3, Number.NaN], 'std'), /finite rewards/);
    assert.throws(() => advantagesOf([], 'std'), /at least one rollout/);
  });
});

describe('normalisers', () => {
  it('average over the tokens of a group and then over groups, as the paper does', () => {
    assert.deepEqual(divisorsOf([10, 30], 'group_tokens'), [20, 60]);
  });

  it('average over all tokens of the batch alike, or divide by a constant', () => {
    assert.deepEqual(divisorsOf([10, 30], 'batch_tokens'), [40, 40]);
    assert.deepEqual(divisorsOf([10, 30], { constant: 512 }), [512, 512]);
  });

  it('refuse a group from which nothing was sampled', () => {
    assert.throws(() => divisorsOf([10, 0], 'group_tokens'), /group 1 of the batch has no sampled token/);
  });
});
