import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dependenciesOf, otherOrders, shortenedSequences, violates } from '../../../src/domain/stateful/sequences.ts';

describe('other sequences than the gold one', () => {
  it('leave out each call once', () => {
    assert.deepEqual(shortenedSequences(3), [
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
  });

  it('are all orders of up to four calls, and a drawn share of more', () => {
    assert.deepEqual(otherOrders(2, 'seed'), [[1, 0]]);
    assert.equal(otherOrders(4, 'seed').length, 23);
    assert.ok(otherOrders(6, 'seed').length > 20);
    assert.deepEqual(otherOrders(6, 'seed'), otherOrders(6, 'seed'));
    assert.notDeepEqual(otherOrders(6, 'seed'), otherOrders(6, 'other'));
  });

  it('never hold the gold order, nor one order twice, nor another set of calls', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.string(), (calls, seed) => {
        const gold = Array.from({ length: calls }, (_, at) => at);
        const orders = otherOrders(calls, seed);
        assert.ok(orders.every((order) => order.join() !== gold.join()));
        assert.equal(new Set(orders.map((order) => order.join())).size, orders.length);
        for (const order of orders)
          assert.deepEqual(
            order.toSorted((a, b) => a - b),
            gold,
          );
      }),
    );
  });

  it('show which call rests on which by what changes without it', () => {
    const gold = ['ok 1', 'ok 2', 'ok 3'];

    assert.deepEqual(
      dependenciesOf(gold, [
        ['tool_error', 'ok 3'],
        ['ok 1', 'ok 4'],
        ['ok 1', 'ok 2'],
      ]),
      [
        [0, 1],
        [1, 2],
      ],
    );
    assert.deepEqual(
      dependenciesOf(gold, [
        ['ok 2', 'ok 3'],
        ['ok 1', 'ok 3'],
        ['ok 1', 'ok 2'],
      ]),
      [],
    );
  });

  it('break a dependency when its later call comes first', () => {
    assert.equal(violates([0, 2, 1], [[0, 1]]), false);
    assert.equal(violates([2, 1, 0], [[0, 1]]), true);
    assert.equal(violates([1, 0], []), false);
  });
});
