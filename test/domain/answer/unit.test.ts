import assert from 'node:assert/strict';
import fc from 'fast-check';
import { equalsAtPrecision, parseDecimal, shift, toNumber } from '../../../src/domain/answer/decimal.ts';
import { leavesOf } from '../../../src/domain/answer/leaves.ts';
import { quantitiesIn } from '../../../src/domain/answer/quantity.ts';
import { countNoun, currencyOf, unitOf, unitsAgree } from '../../../src/domain/answer/unit.ts';

describe('units and currencies', () => {
  it('knows one unit by all of its names', () => {
    assert.deepEqual(['km', 'Kilometers', ' kilometres ', '公里'].map(unitOf), ['km', 'km', 'km', 'km']);
    assert.deepEqual(['$', 'usd', 'US dollars', '美元'].map(currencyOf), ['USD', 'USD', 'USD', 'USD']);
    assert.equal(currencyOf('km'), undefined);
    assert.equal(unitOf('parsecs'), undefined);
  });

  it('keeps what a price is for', () => {
    assert.deepEqual(['USD/night', '$ per night', 'EUR per an hour', 'km per parsec'].map(unitOf), [
      'USD/night',
      'USD/night',
      'EUR/h',
      'km/parsec',
    ]); // prettier-ignore
    assert.equal(unitOf('USD/Of'), 'USD/of');
  });

  it('counts nouns in the singular, but no words that count nothing', () => {
    assert.deepEqual(['apples', 'business days', 'of them', 'Apples'].map(countNoun), [
      'apple',
      'business day',
      undefined,
      undefined,
    ]);
  });

  it('lets only two named and different units disagree', () => {
    assert.equal(unitsAgree('km', undefined), true);
    assert.equal(unitsAgree(undefined, 'km'), true);
    assert.equal(unitsAgree('km', 'mi'), false);
    assert.equal(unitsAgree('km/h', 'km'), false);
    assert.equal(unitsAgree('USD/night', 'USD'), true);
    assert.equal(unitsAgree('¥', 'CNY'), true);
  });
});

describe('exact decimals', () => {
  it('keep the printed digits', () => {
    assert.deepEqual(parseDecimal('-078.40'), { coefficient: -7840n, scale: 2 });
    assert.deepEqual(parseDecimal('1.5e3'), { coefficient: 1500n, scale: 0 });
    assert.deepEqual(parseDecimal('1e-7'), { coefficient: 1n, scale: 7 });
    for (const text of ['', '.', '-', '1,5', '0x10', 'e5', '1'.repeat(401)])
      assert.equal(parseDecimal(text), undefined, text);
  });

  it('read every finite number back as itself', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const decimal = parseDecimal(String(number));
        return decimal !== undefined && toNumber(decimal) === (number === 0 ? 0 : number);
      }),
    );
  });

  it('equal themselves under any shift', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(20), fc.integer({ min: -20, max: 20 }), (coefficient, scale, by) => {
        const value = { coefficient, scale };
        return equalsAtPrecision(shift(value, by), shift(value, by));
      }),
    );
  });
});

describe('numbers inside texts', () => {
  it('are found with their units, in order, and parts of codes are not', () => {
    const units = quantitiesIn('From $3 and 5 km to 7%, 9 °C, 2 million EUR, 4 parsecs; not B2, 3rd, 4:30 or 01.').map(
      ({ number, unit }) => [toNumber(number), unit],
    );
    assert.deepEqual(units, [
      [3, 'USD'],
      [5, 'km'],
      [7, '%'],
      [9, '°C'],
      [2000000, 'EUR'],
      [4, undefined],
    ]); // prettier-ignore
  });
});

describe('leaves of a value', () => {
  it('come in document order with the units of their surroundings, without nulls and errors', () => {
    assert.deepEqual(
      leavesOf({ a: [1, null, 'x'], b: { price_eur: 2, unit: 'km' }, c: { error: 'no', d: 3 }, e: true }),
      [
        { value: 1, units: [] },
        { value: 'x', units: [] },
        { value: 2, units: ['EUR', 'km'] },
        { value: 'km', units: ['km'] },
        { value: true, units: [] },
      ],
    );
  });
});
