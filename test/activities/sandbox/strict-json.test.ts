import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonFault, parseStrictJson } from '../../../src/activities/sandbox/strict-json.ts';

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};

describe('strict JSON', () => {
  it('accepts what JSON can say', () => {
    assert.equal(jsonFault({ a: [1, -0.5, 'ü', true, null, { b: {} }] }), undefined);
  });

  it('accepts 200 levels and refuses 201', () => {
    assert.equal(jsonFault(nested(200)), undefined);
    assert.equal(jsonFault(nested(201)), 'the value is nested deeper than 200 levels');
  });

  it('looks at a value of 100,000 levels without overflowing', () => {
    assert.equal(jsonFault(nested(100_000)), 'the value is nested deeper than 200 levels');
  });

  const refused: [string, unknown, RegExp][] = [
    ['NaN', [Number.NaN], /not finite/],
    ['infinity', { a: Number.POSITIVE_INFINITY }, /not finite/],
    ['undefined', [undefined], /undefined is not a JSON type/],
    ['a function', { a: () => 1 }, /function is not a JSON type/],
    ['a bigint', 1n, /bigint is not a JSON type/],
    ['half a surrogate pair', '\ud800', /half of a surrogate pair/],
    ['a zero character in a key', { 'a\0': 1 }, /U\+0000/],
  ];
  for (const [name, value, fault] of refused) {
    it(`refuses ${name}`, () => assert.match(jsonFault(value) ?? '', fault));
  }

  it('parses every strict value back to itself', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'));
    const value = fc.jsonValue({ noUnicodeString: true }).filter((one) => jsonFault(one) === undefined);
    fc.assert(
      fc.property(value, text, (one, key) => {
        const whole = JSON.stringify({ [`k${key}`]: one });
        assert.equal(JSON.stringify(parseStrictJson(whole)), whole);
      }),
    );
  });

  it('throws a SyntaxError with the reason', () => {
    assert.throws(() => parseStrictJson('"\\u0000"'), new SyntaxError('a text holds the character U+0000'));
    assert.throws(() => parseStrictJson('{"a":NaN}'), SyntaxError);
  });
});
