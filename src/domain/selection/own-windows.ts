/**
 * Stretches of our texts of one length, found in foreign texts (ours). A set of training data has some millions of them, so
 * each costs one number: the texts lie one after the other in one list, and a stretch is the place where it begins.
 */

interface FoundWindow {
  /** Place in the foreign text. */
  readonly start: number;
  /** Ids of our text that has it. */
  readonly ids: readonly string[];
}

export class OwnWindows {
  readonly length: number;
  readonly #all: number[] = [];
  /** Where each text begins in the list, ascending, and whose it is. */
  readonly #begins: number[] = [];
  readonly #ids: (readonly string[])[] = [];
  /** By the hash of its words: the place of the only window, or of all of them. */
  readonly #places = new Map<number, number | number[]>();

  /** `length` is the number of words. */
  constructor(length: number) {
    this.length = length;
  }

  /** A text as the numbers of its words; its ids may still grow. */
  add(ids: readonly string[], words: readonly number[]): void {
    const begin = this.#all.length;
    this.#begins.push(begin);
    this.#ids.push(ids);
    for (const word of words) this.#all.push(word);
    for (let start = 0; start + this.length <= words.length; start++) {
      const key = windowHash(words, start, this.length);
      const known = this.#places.get(key);
      if (known === undefined) this.#places.set(key, begin + start);
      else if (typeof known === 'number') this.#places.set(key, [known, begin + start]);
      else known.push(begin + start);
    }
  }

  /** Windows of a foreign text that are ours; -1 is a word that no text of ours has. */
  *found(words: readonly number[]): Generator<FoundWindow, void> {
    let known = 0;
    for (const [at, word] of words.entries()) {
      known = word === -1 ? 0 : known + 1;
      const start = at - this.length + 1;
      if (known < this.length) continue;
      for (const place of this.#placesOf(words, start))
        if (this.#isSame(place, words, start)) yield { start, ids: this.#idsAt(place) };
    }
  }

  #placesOf(words: readonly number[], start: number): readonly number[] {
    const places = this.#places.get(windowHash(words, start, this.length)) ?? [];
    return typeof places === 'number' ? [places] : places;
  }

  #isSame(place: number, words: readonly number[], start: number): boolean {
    for (let at = 0; at < this.length; at++) if (this.#all[place + at] !== words[start + at]) return false;
    return true;
  }

  /** The last text that begins at or before the place. */
  #idsAt(place: number): readonly string[] {
    let [low, high] = [0, this.#begins.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#begins[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return this.#ids[low] ?? [];
  }
}

/** Two 32-bit hashes in one number; equal windows have equal hashes, and the words themselves have the last word. */
function windowHash(words: readonly number[], start: number, length: number): number {
  let [high, low] = [7, 11];
  for (let at = start; at < start + length; at++) {
    const word = words[at] ?? 0;
    high = (Math.imul(high, 31) + word) | 0;
    low = (Math.imul(low, 0x01000193) ^ word) | 0;
  }
  return (high >>> 0) * 0x200000 + (low >>> 11);
}
