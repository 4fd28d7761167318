/**
 * What a question asks for, read from its text and the pairs it rests on alone: document, call and implementation
 * are written in separate requests and agree because they all read the question in this way.
 */
import type { Json } from '../../../src/domain/json.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import { withoutOpening } from '../language/openings.ts';
import type { Kind } from './kind.ts';
import { READABLE_KINDS } from './kinds.ts';
import type { SlotType } from './slot-types.ts';
import { argumentOf, currencyIn, PARAMETERS } from './slot-types.ts';
import type { Speech } from './wording.ts';
import { matchKind, referredPlace } from './wording.ts';

export interface KnownPair {
  readonly question: string;
  readonly answer: string;
}

export interface AskedQuestion {
  readonly question: string;
  readonly known: readonly KnownPair[];
}

export interface Slot {
  readonly name: string;
  /** JSON Schema without description. */
  readonly schema: Json;
  /** Undefined when the text refers to an answer that was not shown. */
  readonly value: Json | undefined;
}

export interface Frame {
  /** Undefined: no kind of ours, a plain look-up by key phrases. */
  readonly kind: Kind | undefined;
  readonly slots: readonly Slot[];
  readonly speech: Speech;
}

/** The [question] block of the environment prompts; a bare text counts as a question without known pairs. */
export function askedQuestion(block: Json | undefined): AskedQuestion {
  const object = asObject(block);
  const known = asList(object['known']).map(asObject);
  return {
    question: typeof block === 'string' ? block : asText(object['question'] ?? object['sub_question']),
    known: known.map((pair) => ({ question: asText(pair['question']), answer: asText(pair['answer']) })),
  };
}

/** Reads a question; every question has a frame with at least one slot. */
export function readQuestion(asked: AskedQuestion): Frame {
  const speech: Speech = isChinese(asked.question) ? 'zh' : 'en';
  for (const kind of READABLE_KINDS) {
    const texts = matchKind(kind, asked.question);
    const slots = texts === undefined ? undefined : kindSlots(kind, texts, asked.known);
    if (slots !== undefined) return { kind, slots, speech };
  }
  return { kind: undefined, slots: plainSlots(asked), speech };
}

interface ReadSlot extends Slot {
  /** The text behind the value, a named answer resolved; undefined when that answer was not shown. */
  readonly text: string | undefined;
}

/** Undefined when a text of the question does not suit its slot: then the question is of another kind. */
function kindSlots(
  kind: Kind,
  texts: { readonly [name: string]: string },
  known: readonly KnownPair[],
): Slot[] | undefined {
  const slots: ReadSlot[] = [];
  for (const [name, type] of Object.entries(kind.slots)) {
    const slot = readSlot(name, type, { text: texts[name] ?? '', known });
    if (slot === undefined) return undefined;
    slots.push(slot);
  }
  const unit = kind.compute?.unit;
  const inCurrency = unit !== undefined && 'parameter' in unit && unit.parameter === 'currency';
  const currency = inCurrency ? firstCurrency(kind, slots) : undefined;
  const plain = slots.map(({ name, schema, value }): Slot => ({ name, schema, value }));
  return currency === undefined
    ? plain
    : [...plain, { name: 'currency', schema: PARAMETERS.currency, value: currency }];
}

function firstCurrency(kind: Kind, slots: readonly ReadSlot[]): string | undefined {
  const amounts = slots.filter(({ name }) => kind.slots[name] === 'amount');
  return amounts.map(({ text }) => currencyIn(text ?? '')).find((code) => code !== undefined);
}

function readSlot(
  name: string,
  type: SlotType,
  { text, known }: { text: string; known: readonly KnownPair[] },
): ReadSlot | undefined {
  const place = referredPlace(text);
  const resolved = place === undefined ? text : known[place]?.answer;
  const value = resolved === undefined ? undefined : argumentOf(type, resolved);
  if (value === undefined && place === undefined) return undefined;
  return { name, schema: PARAMETERS[type], value, text: resolved };
}

/** Han letters, and none of the scripts that go with them in Japanese and Korean. */
const isChinese = (question: string): boolean =>
  /\p{Script=Han}/u.test(question) && !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(question);

const text = { type: 'string', minLength: 1 };

/** Parameters for any question: its main phrase, and what else it names, at most four. */
function plainSlots({ question, known }: AskedQuestion): Slot[] {
  const found = keyPhrases(withoutOpening(question));
  const subjects = [...found.names, ...found.words];
  const slots: Slot[] = [
    { name: 'subject', schema: text, value: subjects[0] ?? (question.trim().slice(0, 40) || 'question') },
  ];
  const related = found.names[1];
  if (related !== undefined) slots.push({ name: 'related_subject', schema: text, value: related });
  if (found.dates[0] !== undefined) slots.push({ name: 'date', schema: PARAMETERS.date, value: found.dates[0] });
  if (found.codes[0] !== undefined) slots.push({ name: 'code', schema: text, value: found.codes[0] });
  const number = Number((found.numbers[0] ?? '').replaceAll(',', ''));
  if (found.numbers[0] !== undefined && number <= 1e12) {
    slots.push({ name: 'quantity', schema: { type: 'number', minimum: 0, maximum: 1e12 }, value: number });
  }
  const rest = known
    .slice(0, 2)
    .map(
      (pair, at): Slot => ({ name: at === 0 ? 'known_fact' : 'other_known_fact', schema: text, value: pair.answer }),
    );
  return [...slots.slice(0, 4), ...rest.filter((slot) => slot.value !== '')];
}
