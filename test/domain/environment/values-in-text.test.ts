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

  const chinese: readonly [string, number[]][] = [
    ['三个房间', [3]],
    ['二百一十五人', [215]],
    ['一百零五', [105]],
    ['二〇二四年', [2024]],
    ['三亿五千万', [350_000_000]],
    ['三十五点六公里', [35.6]],
    ['百分之十五', [15, 0.15]],
    ['百分之15', [15, 0.15]],
    ['两万', [20_000]],
    ['一半', [1, 0.5]],
  ];
  for (const [text, numbers] of chinese) {
    it(`are ${numbers.join(' and ')} in ${text}`, () => {
      assert.deepEqual([...numbersIn(text)], numbers);
    });
  }

  it('take the unit of scale that stands behind them', () => {
    for (const [text, number] of [
      ['3百', 300],
      ['1.2万', 12_000],
      ['3千万', 30_000_000],
      ['2万亿', 2e12],
    ] as const)
      assert.ok(numbersIn(text).has(number), text);
    assert.equal(numbersIn('千万别忘').size, 0);
  });
});
