/**
 * Decides once how an answer will be compared (method §8.0, probes 15 and 16). The original kept answers as they came,
 * crashed on numbers and accepted anything for an empty one; here an empty answer is refused by name.
 */
import { tokenise } from '../text/tokens.ts';
import { parseDate } from './calendar-date.ts';
import type { Decimal } from './decimal.ts';
import { parseDecimal, toNumber } from './decimal.ts';
import { parseQuantity } from './quantity.ts';
import type { GoldAnswer, RawAnswer } from './schema.ts';

export type TypedAnswer =
  | { readonly ok: true; readonly gold: GoldAnswer }
  | { readonly ok: false; readonly rule: 'empty_answer' | 'answer_too_long'; readonly detail: string };

/** Longest answer, in characters: an answer is a result, not an essay. */
const longestAnswer = 4000;
const mostItems = 200;
const affirmative = new Set(['true', 'yes', '是', '是的', '真', '对']);
const negative = new Set(['false', 'no', '否', '不是', '假', '不对']);

/** Types an answer as a reply or file carries it; refuses empty ones (also empty lists and items) and very long ones. */
export function typeAnswer(raw: RawAnswer): TypedAnswer {
  if (typeof raw === 'object') return typeItems(raw.map((item) => String(item).trim()));
  if (typeof raw === 'boolean') return gold({ text: String(raw), type: 'boolean', value: raw });
  const text = String(raw).trim();
  if (!/[^\s\p{Cf}\p{Cc}]/u.test(text)) return empty('the answer is empty');
  if (text.length > longestAnswer) return tooLong(text, 1);
  return gold(typeText(text));
}

/** The truth value of a text that is a yes or a no and nothing else, in English or Chinese. */
export function booleanOf(text: string): boolean | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[.!。！]$/u, '');
  return affirmative.has(word) ? true : negative.has(word) ? false : undefined;
}

/** The items of a text that is clearly a list: JSON, lines, semicolons, enumeration commas, or three and more comma items. */
export function listItems(text: string): string[] | undefined {
  const json = jsonList(text);
  if (json !== undefined) return json;
  for (const separator of [/\n+/, /[;；]/, /、/]) {
    const items = cleanItems(text.split(separator));
    if (items.length > 1) return items;
  }
  const items = cleanItems(text.split(/,\s+(?:and\s+|or\s+|&\s+)?/));
  const isList = items.length > 2 && items.every((item) => tokenise(item).length <= 5 && !/[.!?]$/.test(item));
  return isList ? items : undefined;
}

function typeText(text: string): GoldAnswer {
  const quantity = parseQuantity(text);
  if (quantity !== undefined) {
    const unit = quantity.unit === undefined ? {} : { unit: quantity.unit };
    return { text, type: 'number', value: toNumber(quantity.number), ...unit };
  }
  const truth = booleanOf(text);
  if (truth !== undefined) return { text, type: 'boolean', value: truth };
  const date = parseDate(text);
  if (date !== undefined) return { text, type: 'date', value: date };
  const items = listItems(text);
  if (items !== undefined && items.length <= mostItems) return { text, type: 'list', value: items };
  return { text, type: 'phrase', value: text };
}

function typeItems(items: readonly string[]): TypedAnswer {
  if (items.length === 0) return empty('the list of answers is empty');
  const blank = items.indexOf('');
  if (blank >= 0) return empty(`item ${blank + 1} of the list of answers is empty`);
  const text = items.join('; ');
  if (items.length > mostItems || text.length > longestAnswer) return tooLong(text, items.length);
  return gold({ text, type: 'list', value: [...items] });
}

function jsonList(text: string): string[] | undefined {
  if (!/^\[.*\]$/s.test(text)) return undefined;
  const inner = text.slice(1, -1);
  // Each alternative begins with a character of its own, so that a hostile text cannot make the search backtrack.
  const items = [
    ...inner.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"\s*|'((?:[^'\\]|\\.)*)'\s*|([^\s,"'[\]{}][^,"'[\]{}]*))(?:,|$)/gy),
  ];
  const covered = items.reduce((length, item) => length + item[0].length, 0);
  const values = items.map((item) => (item[1] ?? item[2] ?? item[3] ?? '').trim());
  return covered === inner.length && values.length > 0 && values.every((item) => item !== '') ? values : undefined;
}

function cleanItems(parts: readonly string[]): string[] {
  const items = parts.map((part) => part.replace(/^\s*(?:[-*•]|\d+[.)])\s+/u, '').trim());
  return items.every((item) => item !== '') ? items : items.filter((item) => item !== '');
}

function gold(answer: GoldAnswer): TypedAnswer {
  return { ok: true, gold: answer };
}

function tooLong(text: string, items: number): TypedAnswer {
  const detail = `expected at most ${longestAnswer} characters and ${mostItems} items, got ${text.length} and ${items}`;
  return { ok: false, rule: 'answer_too_long', detail };
}

function empty(detail: string): TypedAnswer {
  return { ok: false, rule: 'empty_answer', detail };
}

/** The exact number of a gold answer of type number, as it was printed; throws for other types, which have none. */
export function goldDecimal(answer: GoldAnswer): Decimal {
  const number = parseQuantity(answer.text)?.number ?? parseDecimal(String(answer.value));
  if (number !== undefined) return number;
  throw new TypeError(
    `goldDecimal: expected an answer of type number, got "${answer.text.slice(0, 80)}" (${answer.type})`,
  );
}
