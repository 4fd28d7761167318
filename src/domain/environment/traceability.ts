/**
 * Does every value of a call stand in the question or the known answers (§8.4, rule 3)?
 * The original asks its model for this and never checks. A value may be written in another form: numbers ("1,200",
 * "15 %", "three"), dates, case, separators. Allowed beside that: members of the parameter's enum, its default, and
 * booleans where the document has a boolean: they choose a mode and carry no fact.
 */
import { datesIn } from '../answer/calendar-date.ts';
import { hashJson } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import { isSpaceless, spacelessParts, tokenise } from '../text/tokens.ts';
import { type AskedQuestion, questionText } from './leak-rules.ts';
import type { ToolDocument } from './schema.ts';
import { allowedValues, asObject, parameterSchemas, scalarsOf } from './schema-walk.ts';
import { containsTokens } from './token-sequence.ts';
import { ambiguousDates, numbersIn } from './values-in-text.ts';

interface Source {
  readonly text: string;
  readonly tokens: readonly string[];
  /** What is written together in scripts without spaces. */
  readonly stretches: readonly string[];
  readonly numbers: ReadonlySet<number>;
  readonly dates: ReadonlySet<string>;
}

/** Names of the arguments that hold a value found nowhere. */
export function untraceableArguments(document: ToolDocument, args: JsonObject, asked: AskedQuestion): string[] {
  const text = questionText(asked);
  const source = {
    text,
    tokens: wordsOf(text),
    stretches: spacelessParts(text),
    numbers: numbersIn(text),
    dates: namedDates(text),
  };
  const schemas = parameterSchemas(document);
  return Object.keys(args).filter((name) => {
    const [value, schema] = [args[name], schemas.get(name) ?? {}];
    return value !== undefined && !isGiven(schema, value, source);
  });
}

function isGiven(schema: JsonObject, value: Json, source: Source): boolean {
  if (schema['default'] !== undefined && hashJson(schema['default']) === hashJson(value)) return true;
  if (Array.isArray(value)) return value.every((item) => isGiven(asObject(schema['items']) ?? {}, item, source));
  const fields = asObject(value);
  if (fields !== undefined) {
    const properties = asObject(schema['properties']) ?? {};
    return Object.entries(fields).every(([name, item]) => isGiven(asObject(properties[name]) ?? {}, item, source));
  }
  const members = allowedValues(schema);
  if (members?.some((member) => hashJson(member) === hashJson(value)) === true) return true;
  return typeof value === 'boolean' || scalarsOf(value).every((scalar) => isScalarGiven(scalar, source));
}

function isScalarGiven(value: string | number | boolean | null, source: Source): boolean {
  if (value === null || typeof value === 'boolean') return false;
  if (typeof value === 'number') return [...source.numbers].some((number) => close(number, value));
  if (value.trim() === '') return false;
  if (areDatesGiven(value, source)) return true;
  return source.numbers.has(Number(value)) || isTextGiven(value, source);
}

/** Every clear date of the value is named; a date with two readings needs one of them. */
function areDatesGiven(value: string, source: Source): boolean {
  const clear = datesIn(value).map((date) => date.slice(0, 10));
  if (clear.length > 0) return clear.every((date) => source.dates.has(date));
  return [...ambiguousDates(value)].some((date) => source.dates.has(date));
}

/**
 * Every word stands in the source. Scripts without spaces have no words to look for, so what stands together in the value
 * must stand together in the source: characters taken from here and there are not given.
 */
function isTextGiven(value: string, source: Source): boolean {
  const stretches = spacelessParts(value);
  if (!stretches.every((stretch) => source.stretches.some((whole) => whole.includes(stretch)))) return false;
  const words = wordsOf(value);
  const spaced = words.filter((word) => !isSpaceless(word));
  if (words.length === 0) return source.text.includes(value);
  return containsTokens(source.tokens, words) || spaced.every((word) => source.tokens.includes(word));
}

function close(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function namedDates(text: string): Set<string> {
  return new Set([...datesIn(text).map((date) => date.slice(0, 10)), ...ambiguousDates(text)]);
}

/** Tokens with separators inside words and codes opened: "new_york" and "New York" are the same two words. */
function wordsOf(text: string): string[] {
  return tokenise(text.replace(/[_/-]+/g, ' '));
}
