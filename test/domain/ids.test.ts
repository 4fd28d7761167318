import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalJson, contentId, hashText } from '../../src/domain/ids.ts';
import type { Json } from '../../src/domain/json.ts';
import { pick, seededInt, seededRng, shuffle } from '../../src/domain/random.ts';

describe('canonical JSON', () => {
  it('sorts keys and normalises texts and keys alike', () => {
    assert.equal(canonicalJson({ b: 1, a: ['e\u0301', null, true] }), '{"a":["\u00e9",null,true],"b":1}');
    assert.equal(canonicalJson({ 'e\u0301': 1 }), '{"\u00e9":1}');
  });

  it('is its own fixed point', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as Json); // fast-check's JSON values are JSON
        assert.equal(canonicalJson(JSON.parse(text)), text);
      }),
    );
  });
});

describe('ids', () => {
  it('are the published SHA-256 of the content', () => {
    assert.equal(hashText('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(contentId('tool', { b: 1, a: 2 }), contentId('tool', { a: 2, b: 1 }));
    assert.match(contentId('tool', 1), /^tool-[0-9a-f]{16}$/);
  });
});

describe('seeded randomness', () => {
  it('repeats its stream for one seed and differs for another', () => {
    const [a, b, c] = [seededRng('x'), seededRng('x'), seededRng('y')];
    const draw = (rng: () => number): number[] => Array.from({ length: 5 }, rng);
    const first = draw(a);
    assert.deepEqual(draw(b), first);
    assert.notDeepEqual(draw(c), first);
    assert.ok(first.every((value) => value >= 0 && value < 1));
    assert.ok(seededInt('x') >= 0 && seededInt('x') < 2 ** 31);
  });

  it('shuffles without losing anything and refuses to pick from nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer()), (seed, items) => {
        const shuffled = shuffle(seededRng(seed), items);
        assert.deepEqual(
          [...shuffled].sort((x, y) => x - y),
          [...items].sort((x, y) => x - y),
        );
      }),
    );
    assert.throws(() => pick(seededRng('x'), []), RangeError);
  });
});
