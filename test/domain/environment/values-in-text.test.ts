import assert from 'node:assert/strict';
import { numbersIn } from '../../../src/domain/environment/values-in-text.ts';

describe('numbers in a text', () => {
  it('never join a number with the year that follows it', () => {
    assert.deepEqual([...numbersIn('59\n2024-08-21')], [59, 2024, 8, 21]);
  });

  it('are found right after Chinese characters', () => {
    assert.ok(numbersIn('之后75天').has(75));
  });

  it('are not found inside a word', () => {
    assert.deepEqual([...numbersIn('x25y')], []);
  });

  it('keep their thousands together', () => {
    assert.ok(numbersIn('1,234,567 people').has(1_234_567));
  });
});
