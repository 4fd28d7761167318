import assert from 'node:assert/strict';
import type { ObservedCall } from '../../../src/domain/environment/call-outcome.ts';
import type { Json } from '../../../src/domain/json.ts';
import { type Goal, missingAnswers, reachesGoal, unmetAssertions, valueAt } from '../../../src/domain/stateful/goal.ts';
import { goldOf } from '../../support/python-tools.ts';

const state = { orders: { 'o-1': { total: 160, lines: [{ sku: 'a' }], note: null } }, open: [] };
const goal: Goal = {
  assertions: [
    { path: ['orders', 'o-1', 'total'], equals: 160 },
    { path: ['orders', 'o-2'], equals: null },
  ],
  answers: [{ fn: 'check_out', gold: goldOf('160') }],
};
const gave = (fn: string, value: Json): { fn: string; run: ObservedCall } => ({
  fn,
  run: { status: 'ok', value, canonical: JSON.stringify(value), stdout: '', loadStdout: '' },
});

describe('a goal', () => {
  it('finds values by keys and positions, and null where a path leads nowhere', () => {
    assert.equal(valueAt(state, ['orders', 'o-1', 'lines', '0', 'sku']), 'a');
    for (const path of [
      ['orders', 'o-2', 'total'],
      ['open', '0'],
      ['open', 'length'],
      ['orders', 'toString'],
      ['orders', 'o-1', 'note', 'x'],
    ])
      assert.equal(valueAt(state, path), null, path.join('.'));
  });

  it('names the assertions that do not hold', () => {
    assert.deepEqual(unmetAssertions(goal, state), []);
    assert.deepEqual(unmetAssertions(goal, { orders: { 'o-1': { total: 161 }, 'o-2': {} } }), goal.assertions);
    assert.deepEqual(unmetAssertions(goal, { orders: { 'o-1': { total: '160' } } }), goal.assertions.slice(0, 1));
  });

  it('takes an answer from the results of its tool alone, never from an error', () => {
    assert.deepEqual(missingAnswers(goal, [gave('check_out', { total: 160 })]), []);
    assert.deepEqual(missingAnswers(goal, [gave('other', { total: 160 })]), goal.answers);
    assert.deepEqual(missingAnswers(goal, [gave('check_out', { error: { type: 'x', message: '160' } })]), goal.answers);
  });

  it('is reached with all assertions and all answers', () => {
    assert.equal(reachesGoal(goal, state, [gave('check_out', { total: 160 })]), true);
    assert.equal(reachesGoal(goal, state, []), false);
    assert.equal(reachesGoal(goal, {}, [gave('check_out', { total: 160 })]), false);
  });
});
