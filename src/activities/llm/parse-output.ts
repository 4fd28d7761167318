/**
 * From a model's text to a JSON value (method §1.2, §1.3): thinking apart, then the first balanced JSON value.
 * Nothing is repaired: what does not parse is a problem the model is told about.
 */
import type { Json, JsonObject } from '../../domain/json.ts';
import { readNumbers } from './read-numbers.ts';

export interface SplitAnswer {
  readonly reasoning: string | null;
  /** The answer without thinking; the whole text when its thinking never ends, which parseOutput then refuses. */
  readonly content: string;
}

/**
 * Thinking arrives in a field of its own, between think tags before the answer, or (templates that open the tag inside
 * the prompt) before a lone closing tag. Tags behind the first brace or bracket belong to the answer.
 */
export function splitReasoning(text: string, field: string | null): SplitAnswer {
  const inside = thinkingStart(text);
  const close = inside < 0 ? -1 : text.indexOf('</think>', inside);
  if (close < 0) return { reasoning: field, content: text };
  const reasoning = [field, text.slice(inside, close).trim()].filter(Boolean).join('\n');
  return { reasoning: reasoning === '' ? null : reasoning, content: text.slice(close + '</think>'.length) };
}

/** Whether the text begins to think and never ends it, so that nothing of it is an answer. */
export function hasOpenThinking(text: string): boolean {
  const thinking = thinkingStart(text);
  return thinking >= 0 && !text.includes('</think>', thinking);
}

/** Index at which thinking begins, -1 when there is none. */
function thinkingStart(text: string): number {
  const open = text.indexOf('<think>');
  const answer = text.search(/[[{]/);
  if (open >= 0 && (answer < 0 || open < answer)) return open + '<think>'.length;
  return text.includes('</think>') && !/^\s*(?:[[{]|```)/.test(text) ? 0 : -1;
}

export type ParsedOutput =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: string };

/** The first balanced JSON value of the answer (an object, when the schema asks for one), numbers read by the schema. */
export function parseOutput(content: string, schema: JsonObject): ParsedOutput {
  if (hasOpenThinking(content))
    return refused('the thinking was opened with <think> and never closed, so there is no answer');
  const text = content.trim();
  if (text === '') return refused('the answer is empty');
  const whole = tryParse(text);
  const found = whole.ok ? whole : firstValue(text, schema['type'] === 'object' ? /\{/g : /[[{]/g);
  if (!found.ok) return found;
  if (hasUnstorableText(found.value)) return refused('a text holds U+0000 or half a surrogate pair');
  return { ok: true, value: readNumbers(found.value, schema) };
}

/** Candidates that are balanced but no JSON (prose in braces) are passed over whole, so the scan stays linear. */
function firstValue(text: string, opening: RegExp): ParsedOutput {
  let failed = 'the answer holds no JSON value';
  for (let start = opening.exec(text); start !== null; start = opening.exec(text)) {
    const end = balancedEnd(text, start.index);
    if (end < 0) return refused('the JSON value of the answer is not complete');
    const parsed = tryParse(text.slice(start.index, end));
    if (parsed.ok) return parsed;
    const shown = text.slice(start.index, start.index + 80);
    failed = `the answer holds no valid JSON value (${parsed.problem}); this is none: ${shown}`;
    opening.lastIndex = end;
  }
  return refused(failed);
}

/** Index behind the bracket that closes the one at `start`; brackets inside strings do not count; -1 if none does. */
function balancedEnd(text: string, start: number): number {
  const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"?|[[\]{}]/g;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    if (token[0] === '{' || token[0] === '[') depth++;
    if (token[0] === '}' || token[0] === ']') depth--;
    if (depth === 0) return tokens.lastIndex;
  }
  return -1;
}

/** What is wrong and where, without the engine's own quotation of the text. */
function tryParse(text: string): ParsedOutput {
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused(why.replace(/, "[^]*$| \(line [^]*$/, '').slice(0, 100));
  }
}

function hasUnstorableText(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(hasUnstorableText);
  return Object.entries(value).some(([key, item]) => hasUnstorableText(key) || hasUnstorableText(item));
}

function refused(problem: string): ParsedOutput & { ok: false } {
  return { ok: false, problem };
}
