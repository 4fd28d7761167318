import assert from 'node:assert/strict';
import { earlyStop } from '../../../src/domain/rl/early-stop.ts';

const rule = { zeroSpreadBatches: 2, maxKl: 0.1, maxLostShare: 0.05 };
const fine = { rewardStd: 0.3, kl: 0.001, gradNorm: 0.5, rollouts: 100, lost: 5 };

describe('early stops', () => {
  it('let a step pass that is within all limits', () => {
    assert.equal(earlyStop([fine], rule), undefined);
    assert.equal(earlyStop([], rule), undefined);
  });

  it('come with a gradient that is no number', () => {
    assert.match(earlyStop([{ ...fine, gradNorm: Number.NaN }], rule) ?? '', /gradient norm is NaN/);
  });

  it('come when sampler and trainer disagree, in either direction, or when nobody knows', () => {
    // A trainer that does not tell is not held to it.
    assert.equal(earlyStop([{ ...fine, kl: null, gradNorm: null }], rule), undefined);
    for (const kl of [0.11, -0.11, Number.NaN])
      assert.match(earlyStop([{ ...fine, kl }], rule) ?? '', /sampler and trainer disagree/, String(kl));
  });

  it('come after as many batches without spread as the rule says, not before', () => {
    const flat = { ...fine, rewardStd: 0 };

    assert.equal(earlyStop([fine, flat], rule), undefined);
    assert.match(earlyStop([flat, flat], rule) ?? '', /last 2 batches do not differ/);
  });

  it('come when environments lose more rollouts than allowed, of enough to speak of a rate', () => {
    assert.match(earlyStop([{ ...fine, lost: 6 }], rule) ?? '', /lost 6 of 100 rollouts \(6 %\)/);
    assert.equal(earlyStop([{ ...fine, rollouts: 16, lost: 8 }], rule), undefined);
  });
});
