/** The writer of trajectory/user: tells what is asked for, brings its wish once, ends. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import { phrasesOf } from '../agent/phrases.ts';
import { isQuestion } from '../agent/talk.ts';
import { allStems, stem } from '../agent/words.ts';
import { asList, asObject, asText } from '../json-text.ts';
import type { ReplyContext } from './context.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
}

export function simulatedUser({ inputs }: ReplyContext): JsonObject {
  const phrases = phrasesOf(asText(inputs['language']));
  const last = asText(asObject(asList(inputs['conversation']).findLast(isAgents))['text']);
  const wish = asText(inputs['later_wish']);
  if (isQuestion(last)) {
    // What was held back is what is missing; the rest stands in the request already.
    const held = askedFor(last, readFacts(inputs['withheld']));
    const facts = held.length > 0 ? held : askedFor(last, readFacts(inputs['known']));
    if (facts.length === 0) return move('unknown', phrases.unknown, 'It asks for what I was never told.');
    const [before, between, after] = phrases.tell;
    const message = facts
      .map(({ name, value }) => `${before}${wordsOf(name).join(' ')}${between}${value}${after}`)
      .join(' ');
    return { ...move('inform', message, 'It asks for something I know.'), told: facts.map(({ name }) => name) };
  }
  if (wish !== '') return move('wish', wish, 'My first request was dealt with.');
  return move('end', phrases.thanks, 'Nothing is open for me.');
}

const isAgents = (one: Json): boolean => asObject(one)['role'] === 'agent';

function readFacts(list: Json | undefined): Fact[] {
  return asList(list)
    .map(asObject)
    .map((fact) => ({ name: asText(fact['name']), value: asText(fact['value']) }));
}

/** Facts whose names stand in the question. */
function askedFor(question: string, facts: readonly Fact[]): Fact[] {
  const stems = new Set(allStems(question));
  const named = facts.filter(({ name }) => wordsOf(name).every((word) => stems.has(stem(word)) || stems.has(word)));
  return named.slice(0, 3);
}

function move(kind: 'inform' | 'unknown' | 'wish' | 'end', message: string, reason: string): JsonObject {
  return { reason, move: kind, told: [], message, done: kind === 'end' };
}
