/**
 * Numbers as people print them (method §8.0; ours): thousands separators, signs, currencies, magnitudes and units.
 * A whole text is read generously; inside a longer text only what cannot be part of a name, date or code is a number.
 */
import type { Decimal } from './decimal.ts';
import { parseDecimal, shift } from './decimal.ts';
import { countNoun, currencyOf, unitOf } from './unit.ts';

export interface Quantity {
  readonly number: Decimal;
  /** Canonical unit or currency, when one is named. */
  readonly unit?: string;
}

const grouped = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?`;
const simple = String.raw`(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?`;
const european = String.raw`\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?|\d+,\d{1,2}`;
const wholeText = new RegExp(
  `^([+-]?)\\s*([^\\d\\s+.-][^\\d+-]{0,14}?)?\\s*([+-]?)(${grouped}|${european}|${simple})(\\s*[^\\d\\s].{0,60})?$`,
  'u',
);
const letter = String.raw`(?:(?!\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai})\p{L})`;
const insideText = new RegExp(
  `(?<![\\d_^]|${letter}|(?:\\d|${letter})[.,:/'-])([-+]?)([$€£¥₹₩]|\\b[A-Z]{3}\\s)?(${grouped}|${simple})(?![\\d_^]|[.,:/'-]\\d)`,
  'gu',
);
const followingWord = new RegExp(`^${letter}+(?:/${letter}+|\\^?[23](?!\\d))?`, 'u');
const magnitudes: Readonly<Record<string, number>> = {
  thousand: 3,
  million: 6,
  mn: 6,
  billion: 9,
  bn: 9,
  trillion: 12,
  千: 3,
  万: 4,
  百万: 6,
  千万: 7,
  亿: 8,
  百亿: 10,
  千亿: 11,
  万亿: 12,
};
const magnitude =
  /^(thousand|million|mn|billion|bn|trillion|百万|千万|百亿|千亿|万亿|千(?![米克瓦卡])|万|亿)(?!\p{Script=Latin})\s*/iu;
const moneyMagnitudes: Readonly<Record<string, number>> = { k: 3, m: 6, b: 9, t: 12 };
/** Longest text that is read as one number with its unit. */
const longestWhole = 500;

/** A text that is nothing but one number with its sign, currency, magnitude and unit; undefined for anything else. */
export function parseQuantity(text: string): Quantity | undefined {
  if (text.length > longestWhole) return undefined;
  const match = wholeText.exec(
    readable(text)
      .trim()
      .replace(/[.。]$/, ''),
  );
  if (match === null) return undefined;
  const [sign, before, innerSign, digits, after] = groupsOf(match);
  const currency = currencyOf(before);
  const isForeign = before !== '' && currency === undefined;
  if (isForeign || (sign !== '' && innerSign !== '') || isCode(digits)) return undefined;
  return assemble(`${sign}${innerSign}${plainDigits(digits)}`, readSuffix(after, currency), currency);
}

/** The numbers that stand by themselves inside a text, in order; parts of codes, dates, ranges and versions are none. */
export function quantitiesIn(text: string): Quantity[] {
  const found: Quantity[] = [];
  const shown = readable(text);
  for (const match of shown.matchAll(insideText)) {
    const [sign, before, digits] = groupsOf(match);
    const end = match.index + match[0].length;
    const number = isCode(digits)
      ? undefined
      : assemble(`${sign}${plainDigits(digits)}`, followingUnit(shown.slice(end, end + 40)), currencyOf(before));
    if (number !== undefined) found.push(number);
  }
  return found;
}

interface Suffix {
  readonly exponent: number;
  readonly unit?: string | undefined;
}

/** Reads what follows the digits of a whole text; undefined when it is neither magnitude nor unit nor a counted noun. */
function readSuffix(after: string, currency: string | undefined): Suffix | undefined {
  const text = after.trim();
  if (text === '') return { exponent: 0 };
  const money = currency === undefined ? undefined : moneyMagnitudes[text.toLowerCase()];
  if (money !== undefined) return { exponent: money };
  const { exponent, rest } = splitMagnitude(text);
  if (rest === '') return { exponent };
  const counted = /^\s/.test(after) ? countNoun(rest) : undefined;
  const unit = unitOf(`${currency ?? ''} ${rest}`) ?? unitOf(rest) ?? counted;
  return unit === undefined ? undefined : { exponent, unit };
}

/** The unit that follows a number inside a text; undefined when letters are glued to it that are no unit. */
function followingUnit(rest: string): Suffix | undefined {
  const spaced = /^\s/.test(rest);
  const { exponent, rest: after } = splitMagnitude(rest.trimStart());
  const symbol = /^(?:[%‰€£¥₹₩$℃℉]|°\s?[CF]?)/u.exec(after)?.[0];
  if (symbol !== undefined) return { exponent, unit: unitOf(symbol.replace(/\s/, '')) };
  const word = followingWord.exec(after)?.[0];
  if (word !== undefined) {
    const unit = unitOf(word);
    return unit === undefined && !spaced && exponent === 0 ? undefined : { exponent, unit };
  }
  return { exponent, unit: [4, 3, 2, 1].map((length) => unitOf(after.slice(0, length))).find(Boolean) };
}

function splitMagnitude(text: string): { exponent: number; rest: string } {
  const match = magnitude.exec(text);
  if (match === null) return { exponent: 0, rest: text };
  return { exponent: magnitudes[match[1]?.toLowerCase() ?? ''] ?? 0, rest: text.slice(match[0].length) };
}

function assemble(digits: string, suffix: Suffix | undefined, currency: string | undefined): Quantity | undefined {
  const number = parseDecimal(digits);
  if (number === undefined || suffix === undefined) return undefined;
  const unit = suffix.unit ?? currency;
  const shifted = shift(number, suffix.exponent);
  return unit === undefined ? { number: shifted } : { number: shifted, unit };
}

/** Five texts: groups that did not take part are empty. */
function groupsOf(match: RegExpExecArray): [string, string, string, string, string] {
  const [, a = '', b = '', c = '', d = '', e = ''] = match;
  return [a, b, c, d, e];
}

/** "007" and "0123" are codes and telephone numbers: leading zeros carry meaning. */
function isCode(digits: string): boolean {
  return /^0\d/.test(digits);
}

function plainDigits(digits: string): string {
  const compact = digits.replace(/[ ']/g, '');
  if (/^\d{1,3}(?:\.\d{3})+,\d+$|^\d{1,3}(?:\.\d{3}){2,}$/.test(compact)) {
    return compact.replaceAll('.', '').replace(',', '.');
  }
  if (/^\d+,\d{1,2}$/.test(compact)) return compact.replace(',', '.');
  return compact.replaceAll(',', '');
}

function readable(text: string): string {
  return text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/gu, (digits) => `^${digits}`)
    .replace(/[½⅓⅔¼¾⅛]/gu, '^')
    .normalize('NFKC')
    .replaceAll('\u2212', '-');
}
