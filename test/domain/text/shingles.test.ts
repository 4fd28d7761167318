import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SimilarTexts, wordTriples } from '../../../src/domain/text/shingles.ts';

const shareOf = (a: string, b: string): number => {
  const [one, other] = [wordTriples(a), wordTriples(b)];
  const common = [...one].filter((triple) => other.has(triple)).length;
  return common / (one.size + other.size - common);
};

describe('texts that resemble each other', () => {
  it('share word triples, whatever their case and punctuation', () => {
    assert.equal(shareOf('Read the file, please!', 'read the FILE please'), 1);
    assert.equal(shareOf('a b c d', 'a b c e'), 1 / 3);
    assert.equal(shareOf('a b', 'b a'), 0);
    assert.equal(wordTriples('one two').size, 1);
  });

  it('are found by the greatest share, and by the first of equals', () => {
    const texts = new SimilarTexts();
    texts.add('first', 'a b c d e');
    texts.add('second', 'a b c d f');
    texts.add('third', 'a b c d e');
    assert.deepEqual(texts.nearest('a b c d e', 0.5), { id: 'first', share: 1 });
    assert.deepEqual(texts.nearest('a b c d', 0.5), { id: 'first', share: 2 / 3 });
    assert.equal(texts.nearest('x y z', 0.1), undefined);
  });

  it('are those that comparing every pair finds, however many are kept', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 7 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 90 }), fc.array(text, { maxLength: 3 }), (kept, asked) => {
        const texts = new SimilarTexts();
        for (const [at, one] of kept.entries()) texts.add(`t${at}`, one);
        for (const one of asked) {
          const shares = kept.map((other) => shareOf(one, other));
          const best = Math.max(0, ...shares);
          const found = texts.nearest(one, 0.5);
          assert.deepEqual(found, best >= 0.5 ? { id: `t${shares.indexOf(best)}`, share: best } : undefined);
        }
      }),
    );
  });
});
