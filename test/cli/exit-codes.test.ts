import assert from 'node:assert/strict';
import { StoreError } from '../../src/activities/failures.ts';
import { exitCodeOf, InputError, UnreachableError } from '../../src/cli/exit-codes.ts';
import { ConfigError } from '../../src/config/config-error.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });

describe('exitCodeOf', () => {
  it('is 2 for wrong use and wrong input', () => {
    assert.equal(exitCodeOf(new InputError('no')), 2);
    assert.equal(exitCodeOf(new ConfigError([])), 2);
    assert.equal(exitCodeOf(Object.assign(new Error('no'), { type: 'Config.Changed' })), 2);
    assert.equal(exitCodeOf(new StoreError('NotFound', 'no such run')), 2);
  });

  it('is 3 when a part of the stack does not answer, however deep the cause lies', () => {
    assert.equal(exitCodeOf(new UnreachableError('gone')), 3);
    assert.equal(exitCodeOf(refused), 3);
    assert.equal(exitCodeOf(new Error('outer', { cause: new Error('middle', { cause: refused }) })), 3);
    assert.equal(exitCodeOf(new AggregateError([refused])), 3);
    assert.equal(exitCodeOf(new StoreError('Unavailable', 'away')), 3);
    assert.equal(exitCodeOf(Object.assign(new Error('14 UNAVAILABLE'), { code: 14, metadata: {} })), 3);
  });

  it('is 130 when the work was interrupted', () => {
    assert.equal(exitCodeOf(Object.assign(new Error('aborted'), { name: 'AbortError' })), 130);
  });

  it('is 1 for everything else', () => {
    assert.equal(exitCodeOf(new Error('broken')), 1);
    assert.equal(exitCodeOf('a text'), 1);
    assert.equal(exitCodeOf(new StoreError('Constraint', 'contradicts')), 1);
  });
});
