/** Embeddings without a model: hashed bags of words and letter triples, so that texts with common words are near. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../src/domain/json.ts';
import { tokenCount } from './completion.ts';
import { asInteger, asList, asText } from './json-text.ts';

/** A unit vector (all zeros for a text without letters or digits). */
export function embed(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const feature of features(text)) {
    const hash = createHash('sha256').update(feature).digest();
    const at = hash.readUInt32LE(0) % dimensions;
    vector[at] = (vector[at] ?? 0) + ((hash[4] ?? 0) % 2 === 0 ? 1 : -1);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => Number((value / length).toFixed(6)));
}

function features(text: string): string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [];
  const triples = words.flatMap((word) =>
    word.length < 4 ? [] : Array.from({ length: word.length - 2 }, (_, at) => `~${word.slice(at, at + 3)}`),
  );
  return [...words, ...words, ...triples];
}

/** Reply of POST /v1/embeddings. */
export function embeddings(body: JsonObject): JsonObject {
  const input = body['input'];
  const texts = typeof input === 'string' ? [input] : asList(input).map(asText);
  const dimensions = Math.min(Math.max(asInteger(body['dimensions']) ?? 256, 1), 4096);
  const base64 = body['encoding_format'] === 'base64';
  const tokens = texts.reduce((sum, text) => sum + tokenCount(text), 0);
  return {
    object: 'list',
    model: asText(body['model']) || 'offline-teacher',
    data: texts.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: base64 ? packed(embed(text, dimensions)) : embed(text, dimensions),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

const packed = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64');
