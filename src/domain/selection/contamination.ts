/**
 * Does a conversation repeat what a benchmark asks (method §7.6; ours)? Our questions and answers are held against texts
 * that the user names: thirteen words in a row are a match, and so is a shorter text that stands there as a whole.
 * Texts of any number are looked at one after the other; only ours are kept in memory.
 */
import { tokenise } from '../text/tokens.ts';

const windowWords = 13;
/** A text of fewer words is matched by a whole text only: eight common words in a row mean something, three do not. */
const leastWords = 8;
/** A shorter answer such as "Done." stands in every file. */
const leastAnswerWords = 4;

/** Where a text stands. */
export interface TextPlace {
  readonly file: string;
  /** Line of a JSONL file, element of a JSON list, from 1. */
  readonly line: number;
}

export interface ContaminationMatch {
  readonly place: TextPlace;
  /** The words that both have in common, normalised. */
  readonly text: string;
}

/** Collects our texts, then looks at foreign ones. The first match of an id stays. */
export class ContaminationCheck {
  /** Words of ours, by number: a window with any other word matches nothing. */
  readonly #words = new Map<string, number>();
  /** Ids whose text has these words in a row, by length. */
  readonly #windows = new Map<number, Map<string, string[]>>();
  readonly #wholes = new Map<string, string[]>();
  readonly #matches = new Map<string, ContaminationMatch>();

  /** A question, matched however short it is. */
  addQuestion(id: string, text: string): void {
    this.#add(id, tokenise(text), 1);
  }

  addAnswer(id: string, text: string): void {
    this.#add(id, tokenise(text), leastAnswerWords);
  }

  /** Holds one foreign text against all of ours. */
  look(text: string, place: TextPlace): void {
    const words = tokenise(text);
    const numbers = words.map((word) => this.#words.get(word) ?? -1);
    if (!numbers.includes(-1)) this.#note(this.#wholes.get(numbers.join(' ')), words, place);
    for (const [length, windows] of this.#windows) {
      for (const start of knownStarts(numbers, length)) {
        const ids = windows.get(numbers.slice(start, start + length).join(' '));
        if (ids !== undefined) this.#note(ids, words.slice(start, start + length), place);
      }
    }
  }

  /** What was found so far, by id. */
  get matches(): ReadonlyMap<string, ContaminationMatch> {
    return this.#matches;
  }

  #add(id: string, words: readonly string[], least: number): void {
    if (words.length < least) return;
    const numbers = words.map((word) => this.#numberOf(word));
    if (words.length >= leastWords) {
      const length = Math.min(windowWords, words.length);
      const windows = this.#windows.get(length) ?? new Map<string, string[]>();
      this.#windows.set(length, windows);
      for (let start = 0; start + length <= numbers.length; start++)
        note(windows, numbers.slice(start, start + length).join(' '), id);
    }
    note(this.#wholes, numbers.join(' '), id);
  }

  #numberOf(word: string): number {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    this.#words.set(word, this.#words.size);
    return this.#words.size - 1;
  }

  #note(ids: readonly string[] | undefined, words: readonly string[], place: TextPlace): void {
    for (const id of ids ?? []) {
      if (!this.#matches.has(id)) this.#matches.set(id, { place, text: words.join(' ') });
    }
  }
}

/** What a person reads of a match. */
export function matchDetail({ place, text }: ContaminationMatch): string {
  return `${place.file} line ${place.line}: "${text.slice(0, 200)}"`;
}

function note(into: Map<string, string[]>, key: string, id: string): void {
  const ids = into.get(key);
  if (ids === undefined) into.set(key, [id]);
  else if (ids.at(-1) !== id) ids.push(id);
}

/** Starts of the windows without a foreign word. */
function* knownStarts(numbers: readonly number[], length: number): Generator<number, void> {
  let known = 0;
  for (const [at, number] of numbers.entries()) {
    known = number === -1 ? 0 : known + 1;
    if (known >= length) yield at - length + 1;
  }
}

/** Every text of a JSON value, at any depth; names of fields are none. */
export function* textsOf(value: unknown): Generator<string, void> {
  if (typeof value === 'string') {
    yield value;
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) yield* textsOf(part);
}
