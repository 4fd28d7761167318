import assert from 'node:assert/strict';
import { type Agreement, agreement, type Pair } from '../../../src/domain/judgement/agreement.ts';
import { scoreTrajectory } from '../../../src/domain/judgement/dimensions.ts';
import { agreementOf } from '../../../src/domain/judgement/disagreement.ts';
import { answerReply, praise, threeRounds } from './talks.ts';

const times = (count: number, first: number | null, second: number | null): Pair[] =>
  Array.from({ length: count }, () => ({ first, second }));
const of = (...pairs: readonly Pair[][]): Agreement => agreement(pairs.flat(), 'seed');

describe('agreement of two judges', () => {
  it('is the worked example: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no give kappa 0.4', () => {
    const { pairs, missing, agreed, kappa, interval } = of(
      times(20, 1, 1),
      times(5, 1, 0),
      times(10, 0, 1),
      times(15, 0, 0),
    );
    assert.deepEqual([pairs, missing, agreed], [50, 0, 0.7]);
    assert.equal(kappa?.toFixed(10), '0.4000000000');
    assert.ok(interval && interval.low < 0.4 && interval.low > 0.05 && interval.high > 0.4 && interval.high < 0.75);
  });

  it('is 1 for equal verdicts of several kinds, below 0 for opposite ones', () => {
    assert.equal(of(times(6, 1, 1), times(6, 0, 0)).kappa, 1);
    assert.equal(of(times(6, 1, 0), times(6, 0, 1)).kappa, -1);
  });

  it('is none where chance explains everything, or nothing was judged by both', () => {
    assert.deepEqual(of(times(12, 1, 1)), { pairs: 12, missing: 0, agreed: 1, kappa: null, interval: null });
    assert.deepEqual(of(times(3, null, 1)), { pairs: 0, missing: 3, agreed: null, kappa: null, interval: null });
  });

  it('counts a verdict that is missing, and never as a disagreement or a zero', () => {
    const { pairs, missing, kappa } = of(times(6, 1, 1), times(6, 0, 0), times(2, null, 0));
    assert.deepEqual([pairs, missing, kappa], [12, 2, 1]);
  });

  it('has the same interval for the same seed, and none for a handful of pairs', () => {
    const pairs = [...times(9, 1, 1), ...times(3, 1, 0), ...times(8, 0, 0)];
    assert.deepEqual(agreement(pairs, 'a').interval, agreement(pairs, 'a').interval);
    assert.equal(agreement(pairs.slice(0, 9), 'a').interval, null);
  });

  it('is told by dimension and for all together', () => {
    const first = scoreTrajectory(threeRounds, praise);
    const second = scoreTrajectory(threeRounds, { ...praise, answer: answerReply(0, 1), query: null });
    const { final_answer, query_plan, tool_call, all } = agreementOf([{ first, second }], 'seed');
    assert.deepEqual([final_answer.pairs, final_answer.agreed], [1, 0]);
    assert.deepEqual([query_plan.pairs, query_plan.missing], [0, 1]);
    assert.deepEqual([tool_call.pairs, tool_call.agreed], [1, 1]);
    assert.deepEqual([all.pairs, all.missing], [5, 2]);
  });
});
