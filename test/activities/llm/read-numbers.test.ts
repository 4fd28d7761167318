import assert from 'node:assert/strict';
import { readNumbers } from '../../../src/activities/llm/read-numbers.ts';

const schema = {
  type: 'object',
  properties: {
    count: { type: 'integer' },
    score: { type: ['number', 'null'] },
    name: { type: 'string' },
    either: { type: ['string', 'number'] },
    any: {},
    list: { type: 'array', items: { type: 'number' } },
  },
  additionalProperties: { type: 'number' },
};

describe('readNumbers', () => {
  const table: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['reads a whole string where a number is due', { count: '3', score: '-0.5e1' }, { count: 3, score: -5 }],
    ['reads items of a list and properties without a name', { list: ['1', 2], other: '7' }, { list: [1, 2], other: 7 }],
    [
      'leaves strings where strings are allowed',
      { name: '3', either: '3', any: '3' },
      { name: '3', either: '3', any: '3' },
    ],
    ['leaves what is not one number', { count: '3 apples', score: '' }, { count: '3 apples', score: '' }],
    ['leaves other notations', { count: '0x10', score: ' 1' }, { count: '0x10', score: ' 1' }],
    ['leaves words for numbers', { count: 'NaN', score: 'Infinity' }, { count: 'NaN', score: 'Infinity' }],
    ['leaves booleans and null', { count: true, score: null }, { count: true, score: null }],
  ];
  for (const [title, value, expected] of table) {
    it(title, () => {
      // The table holds JSON values only.
      assert.deepEqual(readNumbers(value as Parameters<typeof readNumbers>[0], schema), expected);
    });
  }
});
