import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyChanges, type World } from '../../../src/domain/emulation/changes.ts';
import { StateChange } from '../../../src/domain/emulation/schema.ts';

const empty: World = { entities: {}, deleted: {}, counters: {} };
const change = (op: StateChange['op'], id: string, fields: StateChange['fields'] = {}): StateChange => ({
  op,
  type: 'order',
  id,
  fields,
});
const problem = (world: World, one: StateChange): string => applyChanges(world, [one]).problems.join('; ');

describe('changes of an emulated world', () => {
  const { world } = applyChanges(empty, [
    change('set', 'o-1', { total: 12, status: 'open' }),
    change('reveal', 'o-2', { total: 3 }),
    change('merge', 'o-1', { status: 'paid' }),
    change('delete', 'o-2'),
  ]);

  it('make, change and delete entities, and count those there ever were', () => {
    assert.deepEqual(world, {
      entities: { order: { 'o-1': { total: 12, status: 'paid' } } },
      deleted: { order: ['o-2'] },
      counters: { order: 2 },
    });
  });

  it('are refused by what they break, and then change nothing', () => {
    assert.match(problem(world, change('merge', 'o-9', { total: 1 })), /no such entity/);
    assert.match(problem(world, change('delete', 'o-9')), /no such entity/);
    assert.match(problem(world, change('reveal', 'o-1', { total: 1 })), /in the world already/);
    assert.match(problem(world, change('set', 'o-2', { total: 1 })), /never used again/);
    assert.match(problem(world, change('set', 'o-3', { total: 'twelve' })), /total is number in every other order/);
    assert.match(problem(world, change('set', 'o-3', { id: 'o-4' })), /must be the id itself/);
    assert.match(problem(world, change('set', 'o-3')), /no fields/);
    assert.match(problem(world, { ...change('set', 'o-3', { a: 1 }), type: 'Order' }), /lower-case word/);
    assert.match(problem(world, change('set', '__proto__', { a: 1 })), /1 to 120 characters/);
    assert.match(problem(world, { ...change('set', 'x', { a: 1 }), type: 'constructor' }), /lower-case word/);
    assert.deepEqual(applyChanges(world, [change('merge', 'o-9', { total: 1 })]).world, world);
  });

  it('may leave a field empty whatever its type is', () => {
    assert.equal(problem(world, change('set', 'o-3', { total: null })), '');
  });

  it('are bounded in number and size', () => {
    const many = Array.from({ length: 61 }, (_, at) => change('set', `o-${at + 10}`, { total: at }));
    assert.match(applyChanges(empty, many).problems.join(), /at most 60/);
    assert.match(problem(empty, change('set', 'o-1', { note: 'x'.repeat(8_001) })), /larger than 8000 bytes/);
  });

  it('never make a deleted id live again, in any order of changes', () => {
    const anyChange = fc.record({
      op: fc.constantFrom('reveal' as const, 'set' as const, 'merge' as const, 'delete' as const),
      type: fc.constantFrom('order', 'cart'),
      id: fc.constantFrom('1', '2'),
      fields: fc.constantFrom<StateChange['fields']>({}, { n: 1 }, { n: 'a' }),
    });
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        const { world: after } = applyChanges(
          empty,
          changes.map((one) => StateChange.parse(one)),
        );
        for (const [type, ids] of Object.entries(after.deleted))
          for (const id of ids) assert.equal(after.entities[type]?.[id], undefined);
      }),
    );
  });
});
