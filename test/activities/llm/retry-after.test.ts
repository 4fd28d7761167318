import assert from 'node:assert/strict';
import { backoffMs, readRetryAfter, withJitter } from '../../../src/activities/llm/retry-after.ts';

const now = Date.parse('2026-11-02T10:00:00Z');

describe('readRetryAfter', () => {
  const table: [string, Record<string, string>, number | undefined][] = [
    ['milliseconds', { 'retry-after-ms': '1500' }, 1500],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    ['seconds', { 'retry-after': '9' }, 9000],
    ['fractions of a second', { 'retry-after': '0.5' }, 500],
    ['more than a minute', { 'retry-after': '120' }, 120_000],
    ['an HTTP date', { 'retry-after': 'Mon, 02 Nov 2026 10:01:30 GMT' }, 90_000],
    ['a date that has passed', { 'retry-after': 'Mon, 02 Nov 2026 09:00:00 GMT' }, undefined],
    ['zero', { 'retry-after': '0' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nonsense in milliseconds, then seconds', { 'retry-after-ms': 'x', 'retry-after': '3' }, 3000],
    ['no header', {}, undefined],
  ];
  for (const [title, headers, expected] of table) {
    it(`reads ${title}`, () => {
      assert.equal(readRetryAfter(new Headers(headers), now), expected);
    });
  }
});

describe('withJitter', () => {
  it('adds nothing at the low end and a fifth at the high end', () => {
    assert.equal(
      withJitter(1000, () => 0),
      1000,
    );
    assert.equal(
      withJitter(1000, () => 1),
      1200,
    );
  });

  it('never exceeds an hour', () => {
    assert.equal(
      withJitter(86_400_000, () => 0.5),
      3_600_000,
    );
  });
});

describe('backoffMs', () => {
  it('doubles from 2 s to 5 min', () => {
    assert.deepEqual([1, 2, 3, 8, 9, 1000].map(backoffMs), [2000, 4000, 8000, 256_000, 300_000, 300_000]);
  });
});
