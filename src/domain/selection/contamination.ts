/**
 * Does a conversation repeat what a benchmark asks (method §7.6; ours)? Our questions and answers are held against texts
 * that the user names: thirteen words in a row are a match, and so is a shorter text that stands there as a whole.
 * Texts of any number are looked at one after the other; only ours are kept in memory.
 */
import { isSpaceless, tokenise } from '../text/tokens.ts';
import { OwnWindows } from './own-windows.ts';

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
  /** Ids of each distinct text, by its words. */
  readonly #texts = new Map<string, string[]>();
  readonly #windows = new Map<number, OwnWindows>();
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
    if (!numbers.includes(-1)) this.#note(this.#texts.get(numbers.join(' ')) ?? [], words, place);
    for (const windows of this.#windows.values()) {
      for (const { start, ids } of windows.found(numbers))
        this.#note(ids, words.slice(start, start + windows.length), place);
    }
  }

  /** What was found so far, by id. */
  get matches(): ReadonlyMap<string, ContaminationMatch> {
    return this.#matches;
  }

  #add(id: string, words: readonly string[], least: number): void {
    if (words.length < least * tokensPerWord(words)) return;
    const numbers = words.map((word) => this.#numberOf(word));
    const key = numbers.join(' ');
    const known = this.#texts.get(key);
    if (known !== undefined) {
      known.push(id);
      return;
    }
    const ids = [id];
    this.#texts.set(key, ids);
    const scale = tokensPerWord(words);
    if (numbers.length < leastWords * scale) return;
    const length = Math.min(windowWords * scale, numbers.length);
    const windows = this.#windows.get(length) ?? new OwnWindows(length);
    this.#windows.set(length, windows);
    windows.add(ids, numbers);
  }

  #numberOf(word: string): number {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    this.#words.set(word, this.#words.size);
    return this.#words.size - 1;
  }

  #note(ids: readonly string[], words: readonly string[], place: TextPlace): void {
    for (const id of ids) {
      if (!this.#matches.has(id)) this.#matches.set(id, { place, text: words.join(' ') });
    }
  }
}

/** A Chinese or Japanese word has about two characters, and each of them is a token. */
function tokensPerWord(tokens: readonly string[]): 1 | 2 {
  return tokens.filter(isSpaceless).length * 2 > tokens.length ? 2 : 1;
}

/** What a person reads of a match. */
export function matchDetail({ place, text }: ContaminationMatch): string {
  return `${place.file} line ${place.line}: "${text.slice(0, 200)}"`;
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
