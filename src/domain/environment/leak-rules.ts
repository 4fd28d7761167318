/**
 * Rule 2 (§8.4): does the document give the answer away, or repeat the question in its examples?
 * The original never looks. Parts of an answer are its list items and the longer numbers within it; a part that the
 * question itself names is no secret. Answers of up to 3 letters (one Chinese character) and booleans are found in
 * ordinary text by chance, so they count only as a whole default, example or enum member; a boolean default or enum of booleans says nothing.
 * No problem quotes the answer: the document's writer must not learn it.
 */
import { datesIn } from '../answer/calendar-date.ts';
import type { GoldAnswer } from '../answer/schema.ts';
import type { Json } from '../json.ts';
import { letterCount, tokenise } from '../text/tokens.ts';
import type { ToolDocument } from './schema.ts';
import { allowedValues, exampleValues, type SchemaPlace, scalarsOf, schemaPlaces } from './schema-walk.ts';
import { containsTokens } from './token-sequence.ts';
import { numbersIn } from './values-in-text.ts';

/** What a tool is asked, as its writers see it. */
export interface AskedQuestion {
  readonly question: string;
  readonly known: readonly { readonly question: string; readonly answer: string }[];
}

interface DocumentText {
  readonly path: string;
  readonly text: string;
  /** True for a default, example or enum member: something that could be copied into a call as it is. */
  readonly value: boolean;
}

const shortAnswer = 3;

/** Where the answer or the question shows through; empty when the rule holds. */
export function leakProblems(document: ToolDocument, gold: GoldAnswer, asked: AskedQuestion): string[] {
  const texts = documentTexts(document);
  const secrets = secretsOf(gold, questionText(asked));
  const leaks = texts.filter((text) => secrets.some((secret) => shows(text, secret)));
  const repeats = repeatedExamples(document, questionText(asked));
  return [
    ...unique(leaks.map((leak) => leak.path)).map((path) => `${path} holds the result of the question or a part of it`),
    ...unique(repeats).map((path) => `${path}: an example value repeats the question`),
  ];
}

/** Everything a call may take its values from, as one text. */
export function questionText(asked: AskedQuestion): string {
  return [asked.question, ...asked.known.flatMap((pair) => [pair.question, pair.answer])].join('\n');
}

interface Secret {
  readonly text: string;
  readonly tokens: readonly string[];
  readonly number: number | undefined;
  readonly date: string | undefined;
  /** Found only as a whole value. */
  readonly short: boolean;
}

function secretsOf(gold: GoldAnswer, question: string): Secret[] {
  const asked = { tokens: tokenise(question), numbers: numbersIn(question) };
  const items = gold.type === 'list' && Array.isArray(gold.value) ? gold.value : [];
  const numbers =
    gold.type === 'date' ? [] : [...numbersIn(gold.text)].filter((value) => String(value).length > shortAnswer);
  const parts = [
    ...items.filter((item) => !containsTokens(asked.tokens, tokenise(item))),
    ...numbers.filter((value) => !asked.numbers.has(value)).map(String),
  ];
  const whole = gold.type === 'number' ? [gold.text, String(gold.value)] : [gold.text];
  return unique([...whole, ...parts]).map((text) => secretOf(text, gold));
}

function secretOf(text: string, gold: GoldAnswer): Secret {
  const number = gold.type === 'number' || /^[-+]?[\d.]+$/.test(text) ? [...numbersIn(text)][0] : undefined;
  const short = gold.type === 'boolean' || letterCount(number === undefined ? text : String(number)) <= shortAnswer;
  return {
    text,
    tokens: tokenise(text),
    number,
    date: gold.type === 'date' ? String(gold.value).slice(0, 10) : undefined,
    short,
  };
}

function shows(place: DocumentText, secret: Secret): boolean {
  if (secret.short) return place.value && isWhole(place.text, secret);
  if (secret.date !== undefined && datesIn(place.text).some((date) => date.slice(0, 10) === secret.date)) return true;
  if (secret.number !== undefined && numbersIn(place.text).has(secret.number)) return true;
  return containsTokens(tokenise(place.text), secret.tokens);
}

function isWhole(text: string, secret: Secret): boolean {
  if (secret.number !== undefined && Number(text) === secret.number) return text.trim() !== '';
  return tokenise(text).join(' ') === secret.tokens.join(' ') && secret.tokens.length > 0;
}

function documentTexts(document: ToolDocument): DocumentText[] {
  return [
    { path: 'name', text: wordsOfName(document.name), value: false },
    { path: 'description', text: document.description, value: false },
    ...schemaPlaces(document).flatMap(placeTexts),
  ];
}

function placeTexts({ path, name, schema }: SchemaPlace): DocumentText[] {
  const prose = ['description', 'title', '$comment'].flatMap((key) => {
    const text = schema[key];
    return typeof text === 'string' ? [{ path: `${path}.${key}`, text, value: false }] : [];
  });
  const values: readonly (readonly [string, Json])[] = [
    ['default', schema['default'] ?? null],
    ['enum', [...(allowedValues(schema) ?? [])]],
    ['examples', exampleValues(schema)],
  ];
  return [
    ...(name === null ? [] : [{ path: `${path} (its name)`, text: wordsOfName(name), value: false }]),
    ...prose,
    ...values.flatMap(([key, value]) =>
      scalarsOf(value)
        .filter((scalar) => scalar !== null && typeof scalar !== 'boolean')
        .map((scalar) => ({ path: `${path}.${key}`, text: String(scalar), value: true })),
    ),
  ];
}

/** Examples that occur in the question as they are; members of the parameter's own enum may. */
function repeatedExamples(document: ToolDocument, question: string): string[] {
  const [tokens, numbers] = [tokenise(question), numbersIn(question)];
  return schemaPlaces(document).flatMap(({ path, schema }) => {
    const members = (allowedValues(schema) ?? []).map(String);
    const repeated = scalarsOf(exampleValues(schema)).some((value) => {
      if (value === null || typeof value === 'boolean' || members.includes(String(value))) return false;
      return typeof value === 'number' ? numbers.has(value) : containsTokens(tokens, tokenise(value));
    });
    return repeated ? [`${path}.examples`] : [];
  });
}

function wordsOfName(name: string): string {
  return name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/[_-]+/g, ' ');
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
