/** The writer of task/user-script: what the user forgets at first, changes afterwards, or wants in addition. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { matchLabels } from '../agent/label-match.ts';
import { partsOf } from '../agent/request-text.ts';
import { readTool, type Tool } from '../agent/tool-facts.ts';
import { pick, rngOf } from '../draws.ts';
import { asList, asText } from '../json-text.ts';
import type { ReplyContext } from '../replies/context.ts';
import { requestFor } from './wording.ts';

export function userScript({ inputs, seed }: ReplyContext): JsonObject {
  const question = asText(inputs['question']);
  const tools = asList(inputs['tools']).map(readTool);
  const kind = asText(inputs['kind']);
  const facts = factsOf(question, tools);
  const script = {
    goal: `To have this done: ${question.slice(0, 120)}`,
    known: facts.map(bare),
    withheld: [],
    question,
    later: null,
  };
  if (kind === 'missing_parameter') return forgetful(script, facts);
  const names = [...tools, ...asList(inputs['other_tools']).map(readTool)].map(({ name }) => name);
  const wanted = kind === 'changed_mind' ? tools.slice(0, 1) : [pick(rngOf(`later/${seed}`), tools)];
  const wish = requestFor({ tools: wanted, names, language: asText(inputs['language']), seed: `later/${seed}` });
  const changes = asText(inputs['language']).startsWith('zh') ? '我改主意了。' : 'I have changed my mind. ';
  return { ...script, later: kind === 'changed_mind' ? `${changes}${wish}` : wish };
}

type Script = { readonly question: string } & JsonObject;

/** The first value that can be taken out, with the words that lead to it. */
function forgetful(script: Script, facts: readonly Fact[]): JsonObject {
  const [gone] = facts;
  if (gone === undefined) return { ...script, withheld: [{ name: 'value', value: script.question.slice(0, 20) }] };
  const value = escaped(`"${gone.value}"`);
  const label = escaped(gone.words);
  const shortened = script.question
    .replace(new RegExp(`[(（]${label}\\s*为?\\s*${value}[)）]|[,，]?\\s*${label}\\s*为?\\s*${value}`, 'u'), '')
    .replace(/([(（])[,，]\s*/gu, '$1')
    .replace(new RegExp(value, 'gu'), '');
  const { name, value: text } = gone;
  return {
    ...script,
    known: facts.filter((fact) => fact.value !== gone.value).map(bare),
    withheld: [{ name, value: text }],
    question: shortened.replace(/\s+([.。])/gu, '$1').trim(),
  };
}

interface Fact {
  readonly [key: string]: Json;
  readonly name: string;
  readonly value: string;
  /** Plain words of the parameter. */
  readonly words: string;
}

const bare = ({ name, value }: Fact): JsonObject => ({ name, value });

/** Quoted values of the request by the required parameter they are meant for. */
function factsOf(question: string, tools: readonly Tool[]): Fact[] {
  const values = partsOf(question).flatMap((part) => part.values);
  return tools.flatMap(({ parameters }) => {
    const required = parameters.filter((parameter) => parameter.required);
    const matched = matchLabels(required, values);
    return required.flatMap(({ name, words }): Fact[] => {
      const value = asText(matched.get(name));
      return value !== '' && values.some(({ text }) => text === value) ? [{ name, value, words: words.join(' ') }] : [];
    });
  });
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
