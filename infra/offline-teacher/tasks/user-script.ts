/** The writer of task/user-script: what the user forgets at first, changes afterwards, or wants in addition. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { labelFit } from '../agent/label-match.ts';
import { partsOf } from '../agent/request-text.ts';
import { readTool, type Tool } from '../agent/tool-facts.ts';
import { pick, rngOf } from '../draws.ts';
import { asList, asText } from '../json-text.ts';
import type { ReplyContext } from '../replies/context.ts';
import { requestFor } from './wording.ts';
import { listedTool } from './write-task.ts';

export function userScript({ inputs, seed }: ReplyContext): JsonObject {
  const asked = asText(inputs['question']);
  // A script must say something, also where nothing was asked.
  const question = asked.trim() === '' ? 'Help me, please.' : asked;
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
  const others = asList(inputs['other_tools']).map(listedTool);
  const names = [...tools, ...others].map(({ name }) => name);
  const language = asText(inputs['language']);
  if (kind === 'changed_mind') {
    const changes = language.startsWith('zh') ? '我改主意了。' : 'I have changed my mind. ';
    const told = tools.filter(({ parameters }) => parameters.some(({ required }) => required));
    const changed = [told[0] ?? tools[0]].filter((tool) => tool !== undefined);
    const wish = requestFor({ tools: changed, names, language, seed: `later/${seed}` });
    return { ...script, later: `${changes}${withOtherValue(wish, question)}` };
  }
  const wanted = pick(rngOf(`later/${seed}`), others.length > 0 ? others : tools);
  return { ...script, later: requestFor({ tools: [wanted], names, language, seed: `later/${seed}` }) };
}

/** A wish that repeats every value would change nothing. */
function withOtherValue(wish: string, question: string): string {
  const values = [...wish.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  const [first] = values;
  if (first === undefined || values.some((value) => !question.includes(`"${value}"`))) return wish;
  const other = /^\d+$/.test(first) ? String(Number(first) + 1) : first.replace(/([^/]*)$/, 'second-$1');
  return wish.replace(`"${first}"`, `"${other}"`);
}

type Script = { readonly question: string } & JsonObject;

/** The first value that can be taken out without standing elsewhere, with the words that lead to it. */
function forgetful(script: Script, facts: readonly Fact[]): JsonObject {
  const times = ({ value }: Fact): number => script.question.split(`"${value}"`).length;
  const told = facts
    .toSorted((a, b) => times(a) - times(b))
    .map((fact) => ({ fact, question: without(script.question, fact) }));
  const [found] = told.filter(({ fact, question }) => question.trim() !== '' && !hasWords(question, fact.value));
  if (found === undefined) return script;
  const { fact, question } = found;
  return {
    ...script,
    known: facts.filter(({ value }) => value !== fact.value).map(bare),
    withheld: [bare(fact)],
    question,
  };
}

function without(question: string, { value, words }: Fact): string {
  const pair = `${escaped(words)}\\s*为?\\s*"${escaped(value)}"`;
  return question
    .replace(new RegExp(`\\s*[(（]${pair}[)）]|(?<=[(（])${pair}[,，]\\s*|[,，]\\s*${pair}`, 'u'), '')
    .replaceAll(`"${value}"`, '')
    .trim();
}

function hasWords(text: string, value: string): boolean {
  const words = (part: string): string => ` ${(part.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `;
  return words(text).includes(words(value));
}

interface Fact {
  readonly name: string;
  readonly value: string;
  /** Plain words of the parameter. */
  readonly words: string;
}

const bare = ({ name, value }: Fact): JsonObject => ({ name, value });

/** Quoted values of the request, each under the required parameter whose words stand before it. */
function factsOf(question: string, tools: readonly Tool[]): Fact[] {
  const values = partsOf(question).flatMap((part) => part.values);
  const required = tools.flatMap(({ parameters }) => parameters.filter((parameter) => parameter.required));
  return values.flatMap(({ text, label }): Fact[] => {
    const fits = required.map((parameter) => ({ parameter, fit: labelFit(parameter, label) }));
    const [best] = fits.filter(({ fit }) => fit >= 1).sort((a, b) => b.fit - a.fit);
    return best === undefined
      ? []
      : [{ name: best.parameter.name, value: text, words: best.parameter.words.join(' ') }];
  });
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
