/** The last word of an agent: what each part of the request came to, in the words of the results and in no others. */
import type { Json } from '../../../src/domain/json.ts';
import { isObject } from '../json-text.ts';
import { readResult } from './known-values.ts';
import type { Phrases } from './phrases.ts';
import type { Progress } from './plan.ts';
import type { Part } from './request-text.ts';

const longestWish = 140;
const longestResult = 260;

/** One line a part; numbers and names come from the request and the results only. */
export function answerFor(steps: readonly Progress[], phrases: Phrases): string {
  const lines = steps.map((step) => `- ${wishOf(step.part)}: ${outcomeOf(step, phrases)}`);
  return [phrases.came, ...lines].join('\n');
}

/** What a part wants, shortened, without the words that lead up to it. */
export function wishOf(part: Part): string {
  // "I would like you to handle this: …": what is wanted stands after it.
  const wish = part.text.replace(/^[^"“(（:：]{0,60}[:：]\s*/u, '');
  const text = wish.replace(/\s+/g, ' ').replace(/[\s.;:,!?。；，！？]+$/u, '');
  return text.length <= longestWish ? text : `${text.slice(0, longestWish)} …`;
}

function outcomeOf({ attempts, done }: Progress, phrases: Phrases): string {
  const last = attempts.at(-1);
  if (last === undefined) return phrases.skipped;
  if (!done) return `${phrases.failed} "${oneLine(last.result)}"`;
  const good = attempts.findLast(({ failed }) => !failed) ?? last;
  return digest(good.result) || phrases.nothing;
}

/** The first fields of a structured result, else the text itself, cut. */
function digest(text: string): string {
  if (/^\s*(?:\[\s*\]|\{\s*\}|null)?\s*$/.test(text)) return '';
  const structured = /^\s*[[{]/.test(text) ? leaves(readResult(text), '').slice(0, 6) : [];
  return structured.length > 0 ? cut(structured.join(', ')) : cut(oneLine(text));
}

function leaves(value: Json, name: string): string[] {
  if (Array.isArray(value)) return value.slice(0, 3).flatMap((item: Json) => leaves(item, name));
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, key));
  if (value === null || value === '') return [];
  const text = oneLine(String(value));
  return [name === '' ? cut(text) : `${name.replaceAll('_', ' ')} ${cut(text)}`];
}

const oneLine = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[?？]/gu, '').trim().slice(0, longestResult);
/** Whole words only: half a number would be one that stands nowhere. */
const cut = (text: string): string =>
  text.length <= longestResult ? text : text.slice(0, longestResult).replace(/\s?\S*$/, ' …');
