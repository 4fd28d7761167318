/**
 * Does a returned value hold the gold answer (method §8.0)? The one comparison of the whole project: acceptance, merge,
 * replay and reward all call it. The original asked whether the answer is a substring of the printed output, so "2"
 * was found in "x25y" and anything held an empty answer.
 */
import type { Json } from '../json.ts';
import { coarseTokens, containsTokens, isSpaceless, normaliseText, tokenise } from '../text/tokens.ts';
import { datesIn, parseDate, sameDate } from './calendar-date.ts';
import { equalsAtPrecision, parseDecimal, toNumber } from './decimal.ts';
import { booleanOf, goldDecimal, typeAnswer } from './gold.ts';
import type { Leaf } from './leaves.ts';
import { leavesOf } from './leaves.ts';
import type { Quantity } from './quantity.ts';
import { parseQuantity, quantitiesIn } from './quantity.ts';
import type { GoldAnswer } from './schema.ts';
import { unitsAgree } from './unit.ts';

/** How the numbers and dates inside a text leaf count: its only one, or any of them (printed output is one long leaf). */
type Reading = 'only' | 'any';

/** Texts of up to this many characters are compared with whole leaves and whole tokens alone. */
const shortText = 3;
/** Characters of printed output that are looked at. */
const longestText = 262_144;
const printedError =
  /^\s*(?:error\b|traceback \(most recent|exception\b)|['"]error['"]\s*:\s*(?!\s|none\b|null\b|false\b)/i;

/** Whether one leaf of the value is the gold answer, or every item of a gold list is; never for an error result. */
export function matchesGold(gold: GoldAnswer, value: Json): boolean {
  return matchesLeaves(gold, leavesOf(value), 'only');
}

/**
 * The same rules for tools that only print: JSON text is read as the value it is, other text with token boundaries.
 * Printed errors ("Error: …", a traceback, an "error" entry) never match.
 */
export function matchesGoldText(gold: GoldAnswer, text: string): boolean {
  const value = parseJson(text);
  if (value !== undefined) return matchesGold(gold, value);
  if (text.length > longestText || printedError.test(text)) return false;
  const leaves = [text, ...text.split('\n')].map((line) => ({ value: line, units: [] }));
  return matchesLeaves(gold, leaves, 'any');
}

function matchesLeaves(gold: GoldAnswer, leaves: readonly Leaf[], reading: Reading): boolean {
  if (!Array.isArray(gold.value)) {
    const matches = leafMatcher(gold, reading);
    return leaves.some(matches);
  }
  const parts = leaves.map((leaf) => [leaf, ...listParts(leaf)]);
  const wanted = new Map<string, number>();
  for (const item of gold.value) wanted.set(item, reading === 'any' ? 1 : (wanted.get(item) ?? 0) + 1);
  return [...wanted].every(([item, times]) => countItem(item, parts, reading) >= times);
}

/** How often an item of a gold list is found; a leaf that holds a whole list counts once per part. */
function countItem(item: string, leaves: readonly (readonly Leaf[])[], reading: Reading): number {
  const typed = typeAnswer(item);
  if (!typed.ok) return 0;
  const scalar: GoldAnswer = typed.gold.type === 'list' ? { text: item, type: 'phrase', value: item } : typed.gold;
  const matches = leafMatcher(scalar, reading);
  let found = 0;
  for (const [whole, ...parts] of leaves) {
    const inParts = parts.filter(matches).length;
    found += inParts > 0 ? inParts : whole !== undefined && matches(whole) ? 1 : 0;
  }
  return found;
}

function leafMatcher(gold: GoldAnswer, reading: Reading): (leaf: Leaf) => boolean {
  switch (gold.type) {
    case 'number':
      return (leaf) => numberMatches(gold, leaf, reading);
    case 'boolean':
      return (leaf) => booleanMatches(gold.value === true, leaf);
    case 'date':
      return (leaf) => typeof leaf.value === 'string' && dateMatches(String(gold.value), leaf.value, reading);
    case 'list':
    case 'phrase':
      return phraseMatcher(String(gold.value));
  }
}

function numberMatches(gold: GoldAnswer, leaf: Leaf, reading: Reading): boolean {
  const number = goldDecimal(gold);
  if (number === undefined) return false;
  return leafQuantities(leaf, reading).some((quantity) => {
    const named = quantity.unit === undefined ? leaf.units : [quantity.unit];
    if (named.length > 0 && !named.some((unit) => unitsAgree(gold.unit, unit))) return false;
    // Integers above 2^53 lose digits when JSON is read, so such a leaf is compared as the number it was read as.
    const rounded = typeof leaf.value === 'number' && Math.abs(leaf.value) > Number.MAX_SAFE_INTEGER;
    return rounded ? toNumber(number) === leaf.value : equalsAtPrecision(number, quantity.number);
  });
}

function leafQuantities(leaf: Leaf, reading: Reading): readonly Quantity[] {
  if (typeof leaf.value === 'boolean') return [];
  if (typeof leaf.value === 'number') {
    const number = parseDecimal(String(leaf.value));
    return number === undefined ? [] : [{ number }];
  }
  const whole = parseQuantity(leaf.value);
  if (whole !== undefined) return [whole];
  const inside = quantitiesIn(leaf.value);
  return reading === 'any' || inside.length === 1 ? inside : [];
}

function booleanMatches(gold: boolean, leaf: Leaf): boolean {
  if (typeof leaf.value === 'boolean') return leaf.value === gold;
  if (typeof leaf.value === 'number') return false;
  const words = new Set(coarseTokens(leaf.value).map(booleanOf));
  return words.has(gold) && !words.has(!gold);
}

function dateMatches(gold: string, text: string, reading: Reading): boolean {
  const whole = parseDate(text);
  if (whole !== undefined) return sameDate(gold, whole);
  const inside = datesIn(text);
  return (reading === 'any' || new Set(inside).size === 1) && inside.some((date) => sameDate(gold, date));
}

function phraseMatcher(gold: string): (leaf: Leaf) => boolean {
  const text = normaliseText(gold);
  const tokens = tokenise(gold);
  const isShort = Array.from(text).length <= shortText;
  return (leaf) => {
    if (typeof leaf.value === 'boolean') return false;
    const whole = normaliseText(String(leaf.value));
    if (whole === text) return true;
    return isShort ? shortMatches(text, whole) : containsTokens(tokenise(whole), tokens);
  };
}

/** Chinese and the like print no spaces, so there a token is what stands between punctuation and the commonest particles. */
function shortMatches(gold: string, text: string): boolean {
  const tokens = coarseTokens(text);
  if (tokens.includes(gold)) return true;
  if (!isSpaceless(gold) || /[是为叫在的了和与及]/u.test(gold)) return false;
  return tokens.some((item) => item.split(/[是为叫在的了和与及]/u).includes(gold));
}

function listParts(leaf: Leaf): Leaf[] {
  if (typeof leaf.value !== 'string') return [];
  const parts = leaf.value.split(/[;；、，\n[\]]|,(?!\d{3}(?!\d))|\s(?:and|or|&)\s/u).map((part) => part.trim());
  const shown = parts.map((part) => part.replace(/^['"]|['"]$/g, '')).filter((part) => part !== '');
  return shown.length < 2 ? [] : shown.map((value) => ({ value, units: leaf.units }));
}

/** The JSON object or array that a text is; undefined for every other text, which is then read as printed words. */
function parseJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
