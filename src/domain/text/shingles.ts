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
  readonly #holders = new Map<string, number[]>();
  readonly #kept: { readonly id: string; readonly size: number }[] = [];

  add(id: string, text: string): void {
    const triples = wordTriples(text);
    const place = this.#kept.push({ id, size: triples.size }) - 1;
    for (const triple of triples) {
      const holders = this.#holders.get(triple);
      if (holders === undefined) this.#holders.set(triple, [place]);
      else holders.push(place);
    }
  }

  /** The kept text with the greatest share of common triples (Jaccard), if that is at least `least`; the first of equals. */
  nearest(text: string, least: number): { readonly id: string; readonly share: number } | undefined {
    const triples = wordTriples(text);
    let best: { id: string; share: number } | undefined;
    for (const [place, count] of [...this.#common(triples)].sort(([a], [b]) => a - b)) {
      const kept = this.#kept[place];
      const share = kept === undefined ? 0 : count / (kept.size + triples.size - count);
      if (kept !== undefined && share >= least && share > (best?.share ?? 0)) best = { id: kept.id, share };
    }
    return best;
  }

  /** How many triples each kept text shares, by its place. */
  #common(triples: ReadonlySet<string>): Map<number, number> {
    const common = new Map<number, number>();
    for (const triple of triples)
      for (const place of this.#holders.get(triple) ?? []) common.set(place, (common.get(place) ?? 0) + 1);
    return common;
  }
}
