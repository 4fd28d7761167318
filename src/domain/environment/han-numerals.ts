/**
 * Numbers in Chinese characters (ours; used by rules 2 and 3 of §8.4): "三千五百", "二〇二四", "三点五" and "百分之十五"
 * count as what they mean, as "three" does in an English text.
 */

const digits = new Map(Array.from('零一二三四五六七八九', (digit, value) => [digit, value] as const));
digits.set('〇', 0);
digits.set('两', 2);
const units: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 };
const sections: Readonly<Record<string, number>> = { 万: 1e4, 亿: 1e8 };
const numeral =
  /(百分之)?([零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*)(?:点([零〇一二三四五六七八九]+))?/gu;

/** Every number that stands in Chinese characters in the text; a percentage counts as 15 and as 0.15. */
export function hanNumbersIn(text: string): number[] {
  const found = [...text.matchAll(numeral)].flatMap(([, percent, whole = '', fraction]) => {
    const value = fraction === undefined ? wholeNumber(whole) : Number(`${wholeNumber(whole)}.${places(fraction)}`);
    return percent === undefined ? [value] : [value, Number((value / 100).toPrecision(12))];
  });
  return text.includes('半') ? [...found, 0.5] : found;
}

/** "三百二十" by units; "二〇二四" digit by digit. */
function wholeNumber(text: string): number {
  if (!Array.from(text).some((sign) => sign in units || sign in sections)) return Number(places(text));
  let [total, section, digit] = [0, 0, 0];
  for (const sign of text) {
    const [unit, scale] = [units[sign], sections[sign]];
    if (unit !== undefined) [section, digit] = [section + (digit || 1) * unit, 0];
    else if (scale !== undefined) {
      // 亿 holds all that stands before it, 万 only its own four places: 三亿五千万.
      total = sign === '亿' ? (total + section + digit) * scale : total + (section + digit) * scale;
      [section, digit] = [0, 0];
    } else digit = digits.get(sign) ?? 0;
  }
  return total + section + digit;
}

function places(text: string): string {
  return Array.from(text, (sign) => digits.get(sign) ?? 0).join('');
}
