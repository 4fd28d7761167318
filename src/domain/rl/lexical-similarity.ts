/**
 * Likeness of tool documents without a model (ours, a fallback): cosine over the words of name, description and
 * parameters, weighted by how rare a word is. The paper embeds with Qwen3-Embedding-8B; plans say which of both was used.
 */
import type { ToolDocument } from '../environment/schema.ts';
import { asObject } from '../environment/schema-walk.ts';
import { tokenise } from '../text/tokens.ts';
import { wordsOf } from '../tool-pool/tool-name.ts';

export type Vector = ReadonlyMap<string, number>;

/** The text of a tool that is embedded: what it does and what its arguments are. */
export function toolText({ name, description, parameters }: ToolDocument): string {
  const told = Object.entries(parameters.properties).map(([key, schema]) => {
    // Property schemas are JSON by their zod type.
    const words = asObject(schema as Parameters<typeof asObject>[0])?.['description'];
    return `${wordsOf(key).join(' ')}: ${typeof words === 'string' ? words : ''}`;
  });
  return [wordsOf(name).join(' '), description, ...told].join('\n');
}

/** One vector of unit length per text; a text without words has none and is like nothing. */
export function lexicalVectors(texts: readonly string[]): Vector[] {
  const words = texts.map((text) => tokenise(text.toLowerCase()));
  const seenIn = new Map<string, number>();
  for (const list of words) for (const word of new Set(list)) seenIn.set(word, (seenIn.get(word) ?? 0) + 1);
  return words.map((list) => {
    const weights = new Map<string, number>();
    for (const word of list) {
      const rarity = Math.log(1 + texts.length / (seenIn.get(word) ?? 1));
      weights.set(word, (weights.get(word) ?? 0) + rarity);
    }
    const length = Math.hypot(...weights.values());
    return new Map([...weights].map(([word, weight]) => [word, weight / length]));
  });
}

/** Dot product; the cosine of vectors of unit length. */
export function cosine(a: Vector, b: Vector): number {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [key, value] of few) sum += value * (many.get(key) ?? 0);
  return sum;
}
