/**
 * Numbers and dates a text names (ours; used by rules 2 and 3 of §8.4): "1.5 million", "15 %", "three" and
 * "5 March 2024" count as the values they mean, so that a call may write them in the form its document asks for.
 */

import { normaliseText } from '../text/tokens.ts';
import { hanNumbersIn } from './han-numerals.ts';

const scales: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
  trillion: 1e12,
  百: 1e2,
  千: 1e3,
  万: 1e4,
  百万: 1e6,
  千万: 1e7,
  亿: 1e8,
  百亿: 1e10,
  千亿: 1e11,
  万亿: 1e12,
};
const words = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen twenty'
).split(' ');
const moreWords: readonly (readonly [string, number])[] = [
  ['thirty', 30],
  ['forty', 40],
  ['fifty', 50],
  ['sixty', 60],
  ['seventy', 70],
  ['eighty', 80],
  ['ninety', 90],
  ['hundred', 100],
  ['dozen', 12],
  ['half', 0.5],
  ['once', 1],
  ['twice', 2],
];
const numberWords = new Map<string, number>([...words.map((word, value) => [word, value] as const), ...moreWords]);
const numeral =
  /(?<![\p{N}_.]|(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])\p{L})([-+]?)(\d{1,3}(?:[,\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?)\s*(%|percent|(?:k|thousand|mn|million|m|bn|billion|trillion)(?![\p{L}])|万亿|[百千]?[万亿]|[百千])?/gu;

/** Every number the text names, in digits, English words or Chinese characters; a percentage counts as 15 and as 0.15. */
export function numbersIn(text: string): Set<number> {
  const normal = normaliseText(text).replace(/百分之(?=\d)([\d.]+)/gu, '$1%');
  const found = new Set<number>();
  for (const [, sign, digits = '', mark = ''] of normal.matchAll(numeral)) {
    for (const value of meanings(readings(digits), mark)) {
      found.add(value);
      if (sign === '-') found.add(-value);
    }
  }
  for (const value of hanNumbersIn(normal)) found.add(value);
  for (const word of normal.match(/\p{L}+/gu) ?? []) {
    const value = numberWords.get(word);
    if (value !== undefined) found.add(value);
  }
  return found;
}

/** Both readings of numeric dates such as "05/03/2024" and of unpadded ISO dates, as YYYY-MM-DD. */
export function ambiguousDates(text: string): Set<string> {
  const normal = normaliseText(text);
  const first = [...normal.matchAll(/(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/g)].map(
    ([, year, month, day]) => [isoDate(year, month, day)],
  );
  const last = [...normal.matchAll(/(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)/g)].map(([, a, b, year]) => [
    isoDate(year, a, b),
    isoDate(year, b, a),
  ]);
  return new Set([...first, ...last].flat().filter((date) => date !== undefined));
}

function meanings(values: readonly number[], mark: string): number[] {
  const percent = mark === '%' || mark === 'percent';
  return values.flatMap((value) => [
    value,
    value * (scales[mark] ?? 1),
    ...(percent ? [Number((value / 100).toPrecision(12))] : []),
  ]);
}

function readings(digits: string): number[] {
  const grouped = /^\d{1,3}(?:[,\u202f ]\d{3})+(?:\.\d+)?$/.test(digits);
  if (grouped) return [Number(digits.replace(/[,\u202f ]/g, ''))];
  return [Number(digits.replace(',', '.'))];
}

function isoDate(year = '', month = '', day = ''): string | undefined {
  const [monthNumber, dayNumber] = [Number(month), Number(day)];
  if (!(monthNumber >= 1 && monthNumber <= 12 && dayNumber >= 1 && dayNumber <= 31)) return undefined;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
