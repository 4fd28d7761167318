import assert from 'node:assert/strict';
import { categoryScore, pooledScore, readScore } from '../../../src/cli/benchmark/bfcl-scores.ts';

const rounded = ({ accuracy, low, high }: { accuracy: number; low: number; high: number }) =>
  [accuracy, low, high].map((value) => Number(value.toFixed(3)));

describe('scores of BFCL', () => {
  it('are the counts of the first line; the entries that failed follow it', () => {
    const text =
      '{"accuracy": 0.4, "correct_count": 2, "total_count": 5}\n{"id": "multi_turn_base_1", "valid": false}\n';

    assert.deepEqual(readScore(text), { correct: 2, entries: 5 });
  });

  it('are refused where there are none: no file of scores is a score of 0', () => {
    for (const text of ['', '[]', '{"accuracy": 0}', '{"correct_count": 6, "total_count": 5}'])
      assert.throws(() => readScore(text), SyntaxError, text);
  });

  it('have an interval over entries: repeats narrow nothing', () => {
    const once = categoryScore('multi_turn_base', [{ correct: 100, entries: 200 }]);
    const often = categoryScore('multi_turn_base', Array(5).fill({ correct: 100, entries: 200 }));

    assert.deepEqual(rounded(once), [0.5, 0.431, 0.569]);
    assert.deepEqual(rounded(often), rounded(once));
    assert.deepEqual(often.correct, [100, 100, 100, 100, 100]);
  });

  it('are refused when the repeats played different entries', () => {
    const repeats = [
      { correct: 1, entries: 5 },
      { correct: 1, entries: 4 },
    ];

    assert.throws(() => categoryScore('multi_turn_base', repeats), /the repeats played 5, 4 entries/);
  });

  it('are pooled entry by entry', () => {
    const all = pooledScore([
      categoryScore('a', [{ correct: 5, entries: 5 }]),
      categoryScore('b', [{ correct: 0, entries: 15 }]),
    ]);

    assert.deepEqual(rounded(all), [0.25, 0.112, 0.469]);
  });
});
