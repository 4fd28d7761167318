import assert from 'node:assert/strict';
import fc from 'fast-check';
import { booleanOf, goldDecimal, listItems, typeAnswer } from '../../../src/domain/answer/gold.ts';
import type { GoldAnswer, RawAnswer } from '../../../src/domain/answer/schema.ts';

function goldOf(raw: RawAnswer): GoldAnswer {
  const typed = typeAnswer(raw);
  assert.ok(typed.ok, `expected ${JSON.stringify(raw)} to be typed`);
  return typed.gold;
}

function typed(raw: RawAnswer): [string, unknown, string?] {
  const { type, value, unit } = goldOf(raw);
  return unit === undefined ? [type, value] : [type, value, unit];
}

describe('typing an answer', () => {
  it('types the number 25 instead of crashing on it (probe 16)', () => {
    assert.deepEqual(goldOf(25), { text: '25', type: 'number', value: 25 });
  });

  it('refuses an empty answer by name (probe 15)', () => {
    for (const raw of ['', '   ', '\n\t', '\u200b', []]) {
      const result = typeAnswer(raw);
      assert.equal(result.ok, false);
      assert.equal(!result.ok && result.rule, 'empty_answer');
    }
  });

  it('says which item of a list is empty', () => {
    const result = typeAnswer(['Oslo', ' ']);
    assert.deepEqual(result, {
      ok: false,
      rule: 'empty_answer',
      detail: 'item 2 of the list of answers is empty',
    });
  });

  it('refuses essays and endless lists', () => {
    const essay = typeAnswer('word '.repeat(1000));
    assert.equal(!essay.ok && essay.rule, 'answer_too_long');
    const list = typeAnswer(Array.from({ length: 201 }, () => 'a'));
    assert.equal(!list.ok && list.detail, 'expected at most 4000 characters and 200 items, got 601 and 201');
  });

  it('keeps a text of more items than a list may have as a phrase', () => {
    assert.equal(goldOf(Array.from({ length: 201 }, () => 'a').join(';')).type, 'phrase');
  });

  const numbers: [RawAnswer, number, string?][] = [
    ['1,234,567', 1234567],
    ['12,34,567', 1234567],
    ['1 234 567', 1234567],
    ["1'234.5", 1234.5],
    ['1.234,56', 1234.56],
    ['1.234.567', 1234567],
    ['78,40', 78.4],
    ['-5 °C', -5, '°C'],
    ['−3.5', -3.5],
    ['+5', 5],
    ['.5', 0.5],
    ['1.5e3', 1500],
    ['１２３', 123],
    ['25.', 25],
    ['$78.40', 78.4, 'USD'],
    ['-$5', -5, 'USD'],
    ['$-5', -5, 'USD'],
    ['US$1.5M', 1500000, 'USD'],
    ['78.40 EUR', 78.4, 'EUR'],
    ['€78', 78, 'EUR'],
    ['$5 CAD', 5, 'CAD'],
    ['Rs. 500', 500, 'INR'],
    ['¥120', 120, '¥'],
    ['5万元', 50000, 'CNY'],
    ['1.5 million', 1500000],
    ['3 billion people', 3000000000, 'person'],
    ['45%', 45, '%'],
    ['45 percent', 45, '%'],
    ['25 km', 25, 'km'],
    ['25km', 25, 'km'],
    ['2 m²', 2, 'm2'],
    ['60 miles per hour', 60, 'mph'],
    ['24 Hours', 24, 'h'],
    ['3个', 3, 'piece'],
    ['25 apples', 25, 'apple'],
    ['25 business days', 25, 'business day'],
    ['$25 per night', 25, 'USD/night'],
    ['25 EUR/kg', 25, 'EUR/kg'],
    [0, 0],
    [-2.5, -2.5],
    [1e21, 1e21],
  ];
  for (const [raw, value, unit] of numbers) {
    it(`reads ${JSON.stringify(raw)} as the number ${value}${unit === undefined ? '' : ` in ${unit}`}`, () => {
      assert.deepEqual(typed(raw), unit === undefined ? ['number', value] : ['number', value, unit]);
    });
  }

  const phrases = [
    '007',
    '1/2',
    '10²',
    '2½',
    '25th',
    '5-7',
    '1.2.3',
    '5 to 7',
    '12 Angry Men',
    '3 days ago',
    '8:30',
    '~5',
    'x25y',
    '1,2345',
    'Q25',
    'Paris, France',
    'New York',
    '03/04/2024',
    '+-5',
    '25 or more',
    '9'.repeat(401),
    '$',
    'A 5',
    '5 $x',
  ]; // prettier-ignore
  for (const text of phrases) {
    it(`keeps ${JSON.stringify(text.slice(0, 20))} as a phrase`, () => {
      assert.deepEqual(typed(text), ['phrase', text]);
    });
  }

  it('types yes and no in English and Chinese, with or without a full stop', () => {
    assert.deepEqual(['Yes', 'true', '是', '是的。', true].map(typed), Array(5).fill(['boolean', true]));
    assert.deepEqual(['No.', 'False', '否', '不是', false].map(typed), Array(5).fill(['boolean', false]));
    assert.equal(booleanOf('yesterday'), undefined);
  });

  const dates: [string, string][] = [
    ['2024-05-01', '2024-05-01'],
    ['2024/5/1', '2024-05-01'],
    ['May 1, 2024', '2024-05-01'],
    ['Wednesday, 1st of May 2024', '2024-05-01'],
    ['1 Sept. 2024', '2024-09-01'],
    ['13/04/2024', '2024-04-13'],
    ['04/13/2024', '2024-04-13'],
    ['05.05.2024', '2024-05-05'],
    ['2024年5月1日', '2024-05-01'],
    ['2024-02-29', '2024-02-29'],
    ['2024-05-01T10:30:00Z', '2024-05-01T10:30:00+00:00'],
    ['2024-05-01 9:30 +0200', '2024-05-01T09:30+02:00'],
  ];
  for (const [text, iso] of dates) {
    it(`reads ${JSON.stringify(text)} as the date ${iso}`, () => {
      assert.deepEqual(typed(text), ['date', iso]);
    });
  }

  it('keeps days and times that do not exist, and texts too long for a date, as phrases', () => {
    for (const text of [
      '2023-02-29',
      '2024-13-01',
      '2024-05-01 25:00',
      '31/11/2024',
      '1900-02-29',
      `May 1, 2024 ${'x'.repeat(80)}`,
    ]) {
      assert.equal(goldOf(text).type, 'phrase', text);
    }
  });

  it('types a list given as an array, and keeps its items apart in the text', () => {
    assert.deepEqual(goldOf(['Oslo', 3]), { text: 'Oslo; 3', type: 'list', value: ['Oslo', '3'] });
  });

  it('types a text as a list only when that is clear', () => {
    assert.deepEqual(listItems('["a, b", \'c\', 3]'), ['a, b', 'c', '3']);
    assert.deepEqual(listItems('Oslo; Bergen'), ['Oslo', 'Bergen']);
    assert.deepEqual(listItems('张三、李四'), ['张三', '李四']);
    assert.deepEqual(listItems('- Oslo\n- Bergen\n'), ['Oslo', 'Bergen']);
    assert.deepEqual(listItems('Oslo, Bergen, and Tromsø'), ['Oslo', 'Bergen', 'Tromsø']);
    for (const text of [
      'Oslo and Bergen',
      'Paris, France',
      '[a, [b]]',
      '[]',
      '[a,,b]',
      'First we went, then we ate, and then we slept very well there',
    ]) {
      assert.equal(listItems(text), undefined, text);
    }
  });

  it('has an exact decimal only for numbers', () => {
    assert.deepEqual(goldDecimal(goldOf('78.40')), { coefficient: 7840n, scale: 2 });
    assert.deepEqual(goldDecimal({ text: 'about five', type: 'number', value: 5 }), { coefficient: 5n, scale: 0 });
    assert.throws(() => goldDecimal(goldOf('Oslo')), /expected an answer of type number, got "Oslo" \(phrase\)/);
  });

  it('types every text within its limits or refuses it by name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const result = typeAnswer(text);
        return result.ok ? result.gold.text === text.trim() : result.rule === 'empty_answer';
      }),
    );
  });

  it('types every number as itself', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (number) => {
        const gold = goldOf(number);
        return gold.type === 'number' && gold.value === (number === 0 ? 0 : number);
      }),
    );
  });
});
