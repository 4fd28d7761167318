import assert from 'node:assert/strict';
import { estimate } from '../../src/cli/forecast/estimate.ts';
import { callPriors, instancesPerQuestion, type Range } from '../../src/cli/forecast/priors.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';

const rates = { instancesPerQuestion, calls: callPriors };
const sources = [{ mode: 'domain', domain: 'tides' }];
const config = (environments: object, more: object = {}): RunConfig =>
  RunConfig.parse({ environments: { sources, ...environments }, ...more });

describe('estimate', () => {
  it('gives ordered intervals', () => {
    const { calls, tokens, cost, hours, selected } = estimate(config({}), { questions: 100, scenarios: 0 }, rates);

    for (const { low, mid, high } of [calls, tokens, cost, hours, selected] satisfies Range[])
      assert.ok(0 <= low && low <= mid && mid <= high);
  });

  it('asks for no tools when the run stops after the scores', () => {
    assert.deepEqual(estimate(config({ stopAfter: 'scores' }), { questions: 10, scenarios: 0 }, rates).selected, {
      low: 0,
      mid: 0,
      high: 0,
    });
  });

  it('selects a tenth at the 90th percentile, ties a little more', () => {
    const { selected } = estimate(config({ selection: { percentile: 90 } }), { questions: 1000, scenarios: 0 }, rates);

    assert.deepEqual(selected, { low: 50, mid: 110, high: 300 });
  });

  it('is free without prices and counts both kinds of tokens with them', () => {
    const price = { promptPerMillion: 1, completionPerMillion: 1 };
    const priced = estimate(config({}, { models: { default: { price } } }), { questions: 100, scenarios: 0 }, rates);

    assert.equal(estimate(config({}), { questions: 100, scenarios: 0 }, rates).cost.mid, 0);
    assert.equal(Math.round(priced.cost.mid * 1e6), priced.tokens.mid);
  });

  it('asks three writers for each scenario, whatever the questions are', () => {
    const calls = (scenarios: number): Range => estimate(config({}), { questions: 0, scenarios }, rates).calls;

    assert.deepEqual(calls(0), { low: 0, mid: 0, high: 0 });
    assert.equal(calls(10).low, 30);
    assert.ok(calls(10).high > calls(10).low);
  });

  it('takes half the time with twice the slots', () => {
    const hours = (concurrency: number): number =>
      estimate(config({}, { models: { default: { concurrency } } }), { questions: 100, scenarios: 0 }, rates).hours.mid;

    assert.equal(hours(4) / hours(8), 2);
  });
});
