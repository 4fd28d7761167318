/** decomposition/decompose: one to three decomposed questions for any row. */

import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { composeCompact } from '../compact/compose.ts';
import { worldOfDomain } from '../compact/names.ts';
import { composeDecomposition } from '../decompositions/compose.ts';
import { printed } from '../decompositions/fill.ts';
import { between, rngOf } from '../draws.ts';
import { asInteger, asList, asObject, asText } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import type { NameSource } from '../language/names.ts';
import type { ReplyContext } from './context.ts';

export function decompose({ inputs, seed, profile }: ReplyContext): JsonObject {
  const row = asObject(inputs['request']);
  const hops = asObject(row['hops']);
  const min = Math.max(1, asInteger(hops['min']) ?? 1);
  const request = {
    domain: asText(row['domain']) || 'general knowledge',
    hops: { min, max: Math.max(min, asInteger(hops['max']) ?? min) },
    question: asText(row['question']) || undefined,
    answer: row['answer'],
  };
  if (profile === 'compact' && request.question === undefined) return compactReply(request, seed);
  const count = request.question === undefined ? between(rngOf(`${seed}/count`), 1, 3) : 1;
  const items = Array.from({ length: count }, (_, at) =>
    composeDecomposition(request, nameSource(row, `${seed}/${at}`)),
  );
  return { decompositions: items };
}

/** Three questions a request: the prompt is the longest part of the work. */
function compactReply({ domain, hops }: { domain: string; hops: { max: number } }, seed: string): JsonObject {
  const world = worldOfDomain(domain);
  const items = [0, 1, 2].map((at) => composeCompact(hops.max, rngOf(`${seed}/compact/${at}`), world));
  return { decompositions: items };
}

/** Names lean on the corpus or question where there is one, and on the words of the domain and taxonomy leaf. */
function nameSource(row: JsonObject, seed: string): NameSource {
  const taxonomy = asObject(row['taxonomy']);
  const theme = [...asList(taxonomy['path']).map(asText), asText(row['domain']), asText(taxonomy['description'])].join(
    ' ',
  );
  const text = [asText(row['corpus']), asText(row['question']), asText(taxonomy['example'])].join('\n');
  const language = asText(row['language']) || 'en';
  const found = keyPhrases(text);
  const answer = printed(row['answer'] ?? '').toLowerCase();
  const themed = keyPhrases(theme.replaceAll('_', ' '));
  return {
    rng: rngOf(seed),
    language,
    theme: themeWords(language, [...themed.words, ...themed.names]),
    given: [...found.names, ...(row['question'] === undefined ? [] : found.words)]
      .filter((name) => usable(name) && (answer === '' || !overlaps(name.toLowerCase(), answer)))
      .slice(0, 6),
    givenNumbers: found.numbers.slice(0, 4),
    used: new Set<string>(),
  };
}

const overlaps = (a: string, b: string): boolean => a.includes(b) || b.includes(a);

/** Names that would break a list or a template are left out. */
const usable = (name: string): boolean => name.length <= 60 && !/[{}\n,，、？?。]/.test(name);

function themeWords(language: string, words: readonly Json[]): string[] {
  const fitting = words
    .map(String)
    .filter((word) => usable(word) && /\p{Script=Han}/u.test(word) === (language === 'zh'));
  return fitting.map((word) => word.toLowerCase()).slice(0, 4);
}
