/**
 * How alike two texts are (ours): the share of word triples that they have in common. The order of the words counts, the
 * punctuation and the case do not.
 */
import { fenceTokens, tokenise } from './tokens.ts';

const size = 3;

/** The distinct word triples of a text; a text of fewer words is one piece. */
export function wordTriples(text: string): ReadonlySet<string> {
  const words = tokenise(text);
  if (words.length <= size) return new Set([fenceTokens(words)]);
  return new Set(words.slice(size - 1).map((_, at) => fenceTokens(words.slice(at, at + size))));
}

/** Texts that were kept, and which of them a further one resembles. */
export class SimilarTexts {
  /** Places of the kept texts that have a triple. */
  readonly #holders = new Map<string, number[]>();
  readonly #kept: { readonly id: string; readonly size: number }[] = [];
  /** How many triples of the text at hand each kept text has; all 0 between two calls. */
  #common = new Uint32Array(64);
  /** A text is mostly looked for before it is kept. */
  #last: { readonly text: string; readonly triples: ReadonlySet<string> } = { text: '', triples: wordTriples('') };

  add(id: string, text: string): void {
    const triples = this.#triplesOf(text);
    const place = this.#kept.push({ id, size: triples.size }) - 1;
    for (const triple of triples) {
      const holders = this.#holders.get(triple);
      if (holders === undefined) this.#holders.set(triple, [place]);
      else holders.push(place);
    }
    if (this.#kept.length <= this.#common.length) return;
    this.#common = new Uint32Array(this.#common.length * 2);
  }

  /** The kept text with the greatest share of common triples (Jaccard), if that is at least `least`; the first of equals. */
  nearest(text: string, least: number): { readonly id: string; readonly share: number } | undefined {
    const triples = this.#triplesOf(text);
    let best: { id: string; share: number } | undefined;
    for (const place of this.#meeting(triples)) {
      const kept = this.#kept[place];
      const count = this.#common[place] ?? 0;
      this.#common[place] = 0;
      const share = kept === undefined ? 0 : count / (kept.size + triples.size - count);
      if (kept !== undefined && share >= least && share > (best?.share ?? 0)) best = { id: kept.id, share };
    }
    return best;
  }

  /** Places of the kept texts that share a triple, in the order they were kept; counts what they share. */
  #meeting(triples: ReadonlySet<string>): Uint32Array {
    const places: number[] = [];
    for (const triple of triples) {
      for (const place of this.#holders.get(triple) ?? []) {
        const count = this.#common[place] ?? 0;
        if (count === 0) places.push(place);
        this.#common[place] = count + 1;
      }
    }
    return Uint32Array.from(places).sort();
  }

  #triplesOf(text: string): ReadonlySet<string> {
    if (this.#last.text !== text) this.#last = { text, triples: wordTriples(text) };
    return this.#last.triples;
  }
}
