import assert from 'node:assert/strict';
import { StoreError } from '../../../src/activities/failures.ts';
import { classifyDatabaseError } from '../../../src/activities/store/classify-failure.ts';

const error = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('errors of Postgres', () => {
  const cases: readonly (readonly [string, Error, string])[] = [
    ['a refused connection', error('connect', 'ECONNREFUSED'), 'Store.Unavailable'],
    ['a connection that ends', error('Connection terminated unexpectedly'), 'Store.Unavailable'],
    ['a pool that cannot connect in time', error('timeout exceeded when trying to connect'), 'Store.Unavailable'],
    ['several addresses that refuse', new AggregateError([], ''), 'Store.Unavailable'],
    ['a shutdown', error('terminating connection', '57P01'), 'Store.Unavailable'],
    ['a server that starts', error('starting up', '57P03'), 'Store.Unavailable'],
    ['a statement that takes too long', error('timeout', '57014'), 'Store.Unavailable'],
    ['a deadlock', error('deadlock', '40P01'), 'Store.Unavailable'],
    ['too many connections', error('too many', '53300'), 'Store.Unavailable'],
    ['a missing table', error('relation "run" does not exist', '42P01'), 'Store.Unavailable'],
    ['a broken unique key', error('duplicate key', '23505'), 'Store.Constraint'],
    ['a value out of range', error('out of range', '22003'), 'Store.BadInput'],
  ];
  for (const [name, cause, type] of cases) {
    it(`count ${name} as ${type}`, () => {
      const classified = classifyDatabaseError(cause);

      assert.ok(classified instanceof StoreError);
      assert.equal(classified.type, type);
      assert.equal(classified.cause, cause);
    });
  }

  it('pass as they are when they are defects of ours, or classified already', () => {
    const defect = error('syntax error', '42601');
    const known = new StoreError('NotFound', 'x');

    assert.equal(classifyDatabaseError(defect), defect);
    assert.equal(classifyDatabaseError(known), known);
    assert.equal(classifyDatabaseError('text'), 'text');
  });
});
