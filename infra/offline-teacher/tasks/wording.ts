/**
 * How a request is worded without a model, for any list of tools: one sentence per tool, in words of its own document but
 * never its name, and each value in double quotes behind the plain words of its parameter. The agent reads requests by the
 * same convention: sentences are matched to documents by shared words, values to parameters by the words before them.
 */
import type { Json } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import { isReference } from '../agent/known-values.ts';
import { plausibleValue } from '../agent/plausible.ts';
import type { Parameter, Tool } from '../agent/tool-facts.ts';
import type { Rng } from '../draws.ts';
import { pick, rngOf } from '../draws.ts';
import { asList, asObject, asText, isObject } from '../json-text.ts';
import { openingOf } from '../language/openings.ts';

export interface Wish {
  /** In the order of the calls. */
  readonly tools: readonly Tool[];
  /** Names that must not stand in the text. */
  readonly names: readonly string[];
  readonly language: string;
  readonly seed: string;
}

interface Words {
  readonly first: readonly string[];
  readonly next: readonly string[];
  readonly values: (pairs: readonly string[]) => string;
  readonly pair: (words: string, value: string) => string;
  readonly end: string;
}

const ENGLISH: Words = {
  first: ['Please take care of this for me:', 'Here is what I need today:', 'I would like you to handle this:'],
  next: ['After that, I need this as well:', 'Then please go on with this:', 'With that done, one more thing:'],
  values: (pairs) => ` (${pairs.join(', ')})`,
  pair: (words, value) => `${words} ${value}`,
  end: '.',
};
const CHINESE: Words = {
  first: ['请帮我处理这件事：', '麻烦你办一下：', '我今天需要：'],
  next: ['然后请继续处理：', '接着还需要：', '之后再办一件事：'],
  values: (pairs) => `（${pairs.join('，')}）`,
  pair: (words, value) => `${words}为${value}`,
  end: '。',
};

/** The request. The same wish under another seed has other values and other openings. */
export function requestFor({ tools, names, language, seed }: Wish): string {
  const rng = rngOf(`wish/${seed}`);
  const words = language.startsWith('zh') ? CHINESE : ENGLISH;
  const sentences = tools.map((tool, at) => {
    const opening = pick(rng, at === 0 ? words.first : words.next);
    const pairs = pairsOf(tool, { rng, isFirst: at === 0 }).map(([name, value]) => words.pair(name, value));
    const space = words === CHINESE ? '' : ' ';
    return `${opening}${space}${phraseOf(tool, names)}${pairs.length === 0 ? '' : words.values(pairs)}${words.end}`;
  });
  return `${openingOf(language)}${sentences.join(words === CHINESE ? '' : ' ')}`;
}

/** Longer sentences say more than the agent needs to know the tool again. */
const longestPhrase = 150;

/** What a tool does, in the first sentence of its document, with no name of any tool in it. */
export function phraseOf(tool: Tool, names: readonly string[]): string {
  const [sentence = ''] = tool.description.split(/(?<=[.!?。])(?:\s|$)|\n|。/);
  const said = sentence
    .replace(/`[^`]*`|"[^"]*"|(?<!\w)'[\w -]+'|\([^)]*\)|\([^)]*$/g, ' ')
    .replace(/[A-Za-z]\w*_\w+|\b[a-z]+[A-Z]\w*/g, (identifier) => wordsOf(identifier).join(' '))
    .replace(/\be\.g\.|\bi\.e\./g, ' ')
    .replace(/[.:;。；]+$/u, '')
    .replace(/[:;.]\s/g, ', ')
    .replace(/\s+/g, ' ')
    .trim();
  const start = said === '' ? tool.words.join(' ') : cut(said);
  return withoutNames(
    start.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()),
    [tool.name, ...names],
  );
}

function cut(text: string): string {
  if (text.length <= longestPhrase) return text;
  return text.slice(0, longestPhrase).replace(/[\s,]+\S*$/u, '');
}

/** The words of a name stay, but apart: "read file" becomes "read the file". */
function withoutNames(text: string, names: readonly string[]): string {
  let result = text;
  for (const name of names) {
    const [first = '', ...rest] = wordsOf(name);
    if (rest.length === 0) continue;
    const pattern = new RegExp(`(?<![a-z0-9_])${[first, ...rest].map(literal).join('[\\s_-]*')}(?![a-z0-9_])`, 'giu');
    result = result.replace(pattern, () => [first, 'the', ...rest].join(' '));
  }
  return result;
}

const literal = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Required values as words and quoted text; what an earlier step brings is left to that step. */
function pairsOf(tool: Tool, { rng, isFirst }: { rng: Rng; isFirst: boolean }): [string, string][] {
  return tool.parameters
    .filter((parameter) => parameter.required && (isFirst || !isReference(parameter)))
    .flatMap((parameter) => quotedParts(parameter, plausibleValue(parameter, tool, rng)));
}

function quotedParts(parameter: Parameter, value: Json): [string, string][] {
  const label = parameter.words.join(' ');
  if (Array.isArray(value)) {
    const [first] = value;
    if (isObject(first)) return innerParts(first);
    const plain = asList(value).map(asText);
    return plain.every((item) => item !== '') && plain.length > 0 ? [[label, quoted(plain.join(', '))]] : [];
  }
  if (isObject(value)) return innerParts(value);
  return value === null ? [] : [[label, quoted(asText(value))]];
}

/** Of a larger argument its plain fields are said; the agent puts them together again. */
function innerParts(value: Json): [string, string][] {
  return Object.entries(asObject(value)).flatMap(([name, inner]): [string, string][] =>
    inner === null || typeof inner === 'object' ? [] : [[wordsOf(name).join(' '), quoted(asText(inner))]],
  );
}

const quoted = (text: string): string => `"${text.replaceAll('"', "'")}"`;
