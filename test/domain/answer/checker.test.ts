import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesGold, matchesGoldText } from '../../../src/domain/answer/checker.ts';
import { typeAnswer } from '../../../src/domain/answer/gold.ts';
import type { GoldAnswer, RawAnswer } from '../../../src/domain/answer/schema.ts';
import type { Json } from '../../../src/domain/json.ts';

function goldOf(raw: RawAnswer): GoldAnswer {
  const typed = typeAnswer(raw);
  assert.ok(typed.ok);
  return typed.gold;
}

/** Each line: gold, returned value, whether it matches. */
type Case = [RawAnswer, Json, boolean];

function check(title: string, cases: readonly Case[]): void {
  it(title, () => {
    for (const [raw, value, expected] of cases) {
      assert.equal(matchesGold(goldOf(raw), value), expected, `${JSON.stringify(raw)} in ${JSON.stringify(value)}`);
    }
  });
}

describe('the typed comparison on returned values', () => {
  check('never finds "2" inside a longer token (probe 15)', [
    ['2', 'x25y', false],
    ['2', '25', false],
    ['2', 25, false],
    ['2', 'v2', false],
    ['2', '2nd', false],
    ['2', '1.2.3', false],
    ['2', '2024-02-02', false],
    ['2', 'A-2', false],
    ['2', 2, true],
    ['2', ' 2 ', true],
    ['2', { rooms: '2 rooms' }, true],
  ]);

  check('takes 1,234,567 and 1234567 for the same number (probe 17)', [
    ['1,234,567', 1234567, true],
    ['1,234,567', '1234567', true],
    [1234567, '1,234,567', true],
    [1234567, { total: 'In total 1,234,567 people.' }, true],
    ['1,234,567', 1234568, false],
    ['1,234,567', '1,234,567,890', false],
  ]);

  check('compares integers exactly', [
    [25, 25.0, true],
    [25, 25.4, false],
    [25, 24.999999999999996, false],
    [25, '25.0', true],
    ['12345678901234567890', 12345678901234567000, true],
    ['12345678901234567890', '12345678901234567891', false],
  ]);

  check('compares decimals at the printed precision of the gold', [
    ['3.14', 3.1415926, true],
    ['3.14', 3.1, false],
    ['3.14', 3.15, false],
    ['78.40', 78.4, true],
    ['78.4', 78.41, true],
    ['0.30', 0.30000000000000004, true],
    ['2.68', 2.675, true],
    ['-0.5', 0.5, false],
  ]);

  check('refuses a unit or currency that differs, and accepts one that is missing', [
    ['78.40 USD', 78.4, true],
    ['78.40 USD', '$78.40', true],
    ['78.40 USD', '78.40 EUR', false],
    ['78.40 USD', 'It costs 78.40 EUR today', false],
    ['78.40 USD', 'It costs USD 78.40 today', true],
    ['$78.40', { amount: 78.4, currency: 'EUR' }, false],
    ['$78.40', { amount: 78.4, currency: 'USD' }, true],
    ['$78.40', { amount: 78.4, currency: 5 }, true],
    ['$78.40', { amount: 78.4, unit: 'whatever' }, true],
    ['25 km', { distance_km: 25 }, true],
    ['25 km', { distanceMiles: 25 }, false],
    ['25 km', { km: 25 }, true],
    ['25 km', 'about 25km from here', true],
    ['25 km', 'about 25 miles from here', false],
    ['25', '25 km', true],
    ['3 days', '3 hours', false],
    ['25 apples', '25 pears', false],
    ['45%', '45 percent', true],
    ['¥120', '120 JPY', true],
    ['120 CNY', '¥120', true],
    ['¥120', '120 USD', false],
    ['$25 per night', { price: 25, currency: 'USD' }, true],
    ['$25 per night', '$25 per day', false],
    ['25 km', { distance: 25, unit: 'km', price: 3, currency: 'EUR' }, true],
    ['5万', '50,000人', true],
  ]);

  check('takes a number inside a text only when it is the only one', [
    [25, 'The result is 25.', true],
    [25, 'between 20 and 25', false],
    [25, '10-25', false],
    [1234567, '人口为1234567人。', true],
    [-5, 'It was -5 °C', true],
    [25, 'room 025', false],
    [25, '25kmx', false],
  ]);

  check('never matches an error result, wherever it stands', [
    [25, { error: '25' }, false],
    [25, { error: { type: 'x', message: '25' } }, false],
    [25, { error: '', value: 25 }, false],
    [25, { error: null, value: 25 }, true],
    [25, { error: false, value: 25 }, true],
    [25, [{ error: 'no', value: 25 }], false],
    [25, { items: [{ error: 'no', value: 25 }, 25] }, true],
    ['error', { error: 'error' }, false],
  ]);

  check('compares booleans with whole values and whole tokens', [
    ['yes', true, true],
    ['yes', false, false],
    ['yes', 1, false],
    ['yes', { answer: 'Yes, it is.' }, true],
    ['yes', 'yesterday', false],
    ['no', 'nothing', false],
    ['yes', 'yes or no', false],
    ['是', '是的', true],
    [1, true, false],
    ['否', { ok: false }, true],
  ]);

  check('compares texts of up to three characters with whole tokens alone', [
    ['AC', 'the AC unit', true],
    ['AC', 'AC/DC', false],
    ['AC', 'MAC', false],
    ['C', 'C++', false],
    ['A', 'A-1', false],
    ['USA', 'Made in USA.', true],
    ['USA', ['usa'], true],
    ['北京', '北京市', false],
    ['北京', '首都是北京。', true],
    ['张三', '张三丰', false],
    ['李和', '王五和李和', false],
    ['李和', '李和', true],
    ['C#', 'C#', true],
    ['?!', '?!', true],
    ['----', '----- x', false],
    ['A', true, false],
  ]);

  check('finds a phrase as a run of tokens inside one leaf', [
    ['New York', 'I love NEW   york city', true],
    ['New York', ['New', 'York'], false],
    ['New York', 'Newer York', false],
    ['Paris', 'Parisian', false],
    ['Café Ｎord', 'at CAFÉ nord', true],
    ['version 1.5', 'version 1.5.2', false],
    ['Route 66', 'route 66', true],
    ['score 2-1', 'the score 2-1', true],
    ['中华人民共和国', '他来自中华人民共和国。', true],
    ['007', 7, false],
    ['Q1 2024', 5, false],
  ]);

  check('compares dates as days', [
    ['2024-05-01', 'May 1, 2024', true],
    ['2024-05-01', { at: '2024-05-01T10:00:00Z' }, true],
    ['2024-05-01', 'on 1 May 2024', true],
    ['2024-05-01', 'from 2024-05-01 to 2024-05-03', false],
    ['2024-05-01', '2024-05-02', false],
    ['2024-05-01', 20240501, false],
    ['2024-05-01', 'id-2024-05-01', false],
    ['2024-05-01T10:30', '2024-05-01', false],
    ['2024-05-01T10:30', '2024-05-01 10:30:15', true],
    ['2024-05-01T10:30', '2024-05-01 11:30', false],
    ['2024-05-01T10:30Z', '2024-05-01T10:30+02:00', false],
    ['2024-05-01T10:30Z', '2024-05-01T10:30', true],
    ['2024年5月1日', '日期为2024年5月1日', true],
  ]);

  check('wants every item of a list, as often as the gold has it', [
    [['a', 'b'], ['c', 'b', 'a'], true],
    [['a', 'b'], { x: 'a' }, false],
    [['5', '5'], [5], false],
    [['5', '5'], [5, 5], true],
    [['5', '5'], '5 and 5', true],
    [[1, 2, 3], '1, 2, 3', true],
    [['1,200', '3'], 'values: 1,200; 3', true],
    [['1,200', '3'], '1200 of 3', false],
    [['1,200', '3'], '1,200; 3', true],
    [['Oslo', 'Bergen'], "['Oslo', 'Bergen']", true],
    [['Paris, France', 'Oslo'], 'Paris, France', false],
    [['a; b', 'c'], ['a; b', 'c'], true],
    ['2024;,:', '2024;,:', true],
    ['2024;,:', '2024', false],
    [['true', '2024-05-01'], [true, '1 May 2024'], true],
    [['a', 'b'], [true, 2], false],
  ]);

  it('never matches an item that cannot be typed', () => {
    assert.equal(matchesGold({ text: 'x', type: 'list', value: ['a', ''] }, ['a', '']), false);
  });

  it('treats a list without its items as a phrase', () => {
    assert.equal(matchesGold({ text: 'Oslo', type: 'list', value: 'Oslo' }, 'in Oslo'), true);
  });

  it('stays bounded on huge and deep values, and does not match beyond its bounds', () => {
    let deep: Json = 25;
    for (let level = 0; level < 60_000; level++) deep = [deep];
    assert.equal(matchesGold(goldOf(25), deep), false);
    assert.equal(matchesGold(goldOf(25), [...Array<number>(60_000).fill(1), 25]), false);
    assert.equal(matchesGold(goldOf('Oslo'), `${'x '.repeat(40_000)}Oslo`), false);
    assert.equal(
      matchesGold(goldOf('Oslo'), [...Array<string>(18).fill('x '.repeat(30_000)), `${'x '.repeat(30_000)}Oslo`]),
      false,
    );
    assert.equal(matchesGold(goldOf(25), { [`${'x'.repeat(200)}_km`]: 25 }), true);
  });

  it('matches every scalar answer returned as it is, alone or nested', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'Z', 'é', '北', '7', '-', '.', ' '),
      minLength: 1,
      maxLength: 30,
    });
    const raw = fc.oneof(
      word.filter((text) => text.trim() !== ''),
      fc.integer(),
      fc.boolean(),
    );
    fc.assert(
      fc.property(raw, (answer) => {
        const gold = goldOf(answer);
        return matchesGold(gold, answer) && matchesGold(gold, { result: [null, { value: answer }] });
      }),
    );
  });

  it('matches every text returned as it is, however odd', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '北',
      '7',
      '0',
      '-',
      '.',
      ',',
      ' ',
      '$',
      '"',
      '[',
      ']',
      '{',
      ';',
      'and',
      '\n',
      '²',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 9 }), (pieces) => {
        const typed = typeAnswer(pieces.join(''));
        return !typed.ok || matchesGold(typed.gold, pieces.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('tells any two different integers apart, as numbers and as texts', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        const gold = goldOf(a);
        return matchesGold(gold, b) === (a === b) && matchesGold(gold, { text: `${b} items` }) === (a === b);
      }),
    );
  });

  it('never matches a value whose every result is an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => !matchesGold(goldOf('Oslo'), { error: 'x', value: value as Json })),
    );
  });
});

describe('the typed comparison on printed text', () => {
  const cases: [RawAnswer, string, boolean][] = [
    ['2', 'x25y', false],
    [25, '25\n', true],
    [25, '{"a": 25}', true],
    [25, '[1, 25]', true],
    [25, '{"error": "25"}', false],
    [25, "{'a': 25, 'error': None}", true],
    [25, "{'a': 25, 'error': 'x'}", false],
    [25, 'Error: 25', false],
    [25, 'Traceback (most recent call last):\n 25', false],
    ['Oslo', 'Capital: Oslo\nPopulation: 5', true],
    [1234, 'Total: 1234 units, 5 left', true],
    ['2024-05-01', '2024-05-01 to 2024-05-03', true],
    ['yes', 'True', true],
    [['Oslo', 'Bergen'], 'Oslo\nBergen', true],
    ['78.40 USD', 'Total 78.40 EUR', false],
  ];
  for (const [raw, text, expected] of cases) {
    it(`${expected ? 'finds' : 'does not find'} ${JSON.stringify(raw)} in ${JSON.stringify(text)}`, () => {
      assert.equal(matchesGoldText(goldOf(raw), text), expected);
    });
  }

  it('does not look at more text than its limit', () => {
    assert.equal(matchesGoldText(goldOf('Oslo'), `Oslo ${'x'.repeat(300_000)}`), false);
  });
});
