/**
 * Does a returned value hold the gold answer (method §8.0)? The one comparison of the whole project: acceptance, merge,
 * replay and reward all call it. The original asked whether the answer is a substring of the printed output, so "2"
 * was found in "x25y" and anything held an empty answer.
 */
import type { Json } from '../json.ts';
import { fenceTokens, isSpaceless, normaliseText, tokenise } from '../text/tokens.ts';
import { sameDate } from './calendar-date.ts';
import { equalsAtPrecision, toNumber } from './decimal.ts';
import { booleanOf, goldDecimal, typeAnswer } from './gold.ts';
import type { Leaf } from './leaves.ts';
import { leavesOf } from './leaves.ts';
import type { Reading } from './read-leaf.ts';
import { ReadLeaf } from './read-leaf.ts';
import type { GoldAnswer } from './schema.ts';
import { unitsAgree } from './unit.ts';

/** Texts of up to this many characters are compared with whole leaves and whole tokens alone. */
const shortText = 3;
/** Characters of printed output that are looked at. */
const longestText = 131_072;
const particles = /[是为叫在的了和与及]/u;
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
  if (text.length > longestText) return false;
  const value = parseJson(text);
  if (value !== undefined) return matchesGold(gold, value);
  if (printedError.test(text)) return false;
  const leaves = [text, ...text.split('\n')].map((line) => ({ value: line, units: [] }));
  return matchesLeaves(gold, leaves, 'any');
}

function matchesLeaves(gold: GoldAnswer, leaves: readonly Leaf[], reading: Reading): boolean {
  if (!Array.isArray(gold.value)) {
    const matches = leafMatcher(gold);
    return leaves.some((leaf) => matches(new ReadLeaf(leaf, reading)));
  }
  const readable = leaves.map((leaf) => [leaf, ...listParts(leaf)].map((part) => new ReadLeaf(part, reading)));
  const printed = normaliseText(gold.text);
  if (readable.some(([whole]) => whole?.whole === printed)) return true;
  const wanted = new Map<string, number>();
  for (const item of gold.value) wanted.set(item, reading === 'any' ? 1 : (wanted.get(item) ?? 0) + 1);
  return [...wanted].every(([item, times]) => countItem(item, readable) >= times);
}

/** How often an item of a gold list is found; a leaf that holds a whole list counts once per part. */
function countItem(item: string, leaves: readonly (readonly ReadLeaf[])[]): number {
  const typed = typeAnswer(item);
  if (!typed.ok) return 0;
  const scalar: GoldAnswer = typed.gold.type === 'list' ? { text: item, type: 'phrase', value: item } : typed.gold;
  const matches = leafMatcher(scalar);
  let found = 0;
  for (const [whole, ...parts] of leaves) {
    const inParts = parts.filter(matches).length;
    found += inParts > 0 ? inParts : whole !== undefined && matches(whole) ? 1 : 0;
  }
  return found;
}

type LeafMatcher = (leaf: ReadLeaf) => boolean;

function leafMatcher(gold: GoldAnswer): LeafMatcher {
  switch (gold.type) {
    case 'number':
      return numberMatcher(gold);
    case 'boolean':
      return booleanMatcher(gold.value === true);
    case 'date':
      return (leaf) => leaf.dates.some((date) => sameDate(String(gold.value), date));
    case 'list':
    case 'phrase':
      return phraseMatcher(String(gold.value));
  }
}

function numberMatcher(gold: GoldAnswer): LeafMatcher {
  const number = goldDecimal(gold);
  return (leaf) =>
    leaf.quantities.some((quantity) => {
      const named = quantity.unit === undefined ? leaf.units : [quantity.unit];
      if (named.length > 0 && !named.some((unit) => unitsAgree(gold.unit, unit))) return false;
      // Integers above 2^53 lose digits when JSON is read, so such a leaf is compared as the number it was read as.
      const rounded = typeof leaf.value === 'number' && Math.abs(leaf.value) > Number.MAX_SAFE_INTEGER;
      return rounded ? toNumber(number) === leaf.value : equalsAtPrecision(number, quantity.number);
    });
}

function booleanMatcher(gold: boolean): LeafMatcher {
  return (leaf) => {
    if (typeof leaf.value !== 'string') return leaf.value === gold;
    const words = new Set(leaf.coarse.map(booleanOf));
    return words.has(gold) && !words.has(!gold);
  };
}

function phraseMatcher(gold: string): LeafMatcher {
  const text = normaliseText(gold);
  const tokens = tokenise(gold);
  const fenced = fenceTokens(tokens);
  const isShort = Array.from(text).length <= shortText;
  return (leaf) => {
    if (typeof leaf.value === 'boolean') return false;
    if (leaf.whole === text) return true;
    return isShort ? shortMatches(text, leaf.coarse) : tokens.length > 0 && leaf.tokens.includes(fenced);
  };
}

/** Chinese and the like print no spaces, so there a token is what stands between punctuation and the commonest particles. */
function shortMatches(gold: string, tokens: readonly string[]): boolean {
  if (tokens.includes(gold)) return true;
  if (!isSpaceless(gold) || particles.test(gold)) return false;
  return tokens.some((item) => item.split(particles).includes(gold));
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
