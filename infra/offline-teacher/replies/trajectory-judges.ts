/**
 * The four judges of a conversation. Without a model they see only what words show: values that stand nowhere, errors that
 * are passed over, calls made twice. A seeded part of good work is found wanting, so that scores spread.
 */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import { isQuestion } from '../agent/talk.ts';
import { meaningfulStems } from '../agent/words.ts';
import { chance, rngOf } from '../draws.ts';
import { asList, asObject, asText, parseJson } from '../json-text.ts';
import type { ReplyContext } from './context.ts';
import {
  argumentSources,
  isFailure,
  isNeedlessRepeat,
  readCall,
  type SeenCall,
  seenCalls,
  textOf,
} from './seen-calls.ts';

export function judgeQuery({ inputs, seed }: ReplyContext): JsonObject {
  const request = asText(inputs['request']);
  const [turn] = asList(inputs['first_turn']).map(asObject);
  const made = asList(turn?.['calls']).map((call) => readCall(asObject(call), { results: new Map(), before: request }));
  const said = asText(turn?.['content']);
  const lost = made.length > 0 ? undefined : lostTurn(said, request, inputs['tools']);
  const flaws = made.map((call) => flawOf(call, inputs['tools']) ?? strangeTool(call, request, inputs['tools']));
  const flaw = [lost, ...flaws].find((one) => one !== undefined);
  const half = chance(rngOf(`judge-query/${seed}`), 0.1);
  return {
    understanding: {
      needs: [request.slice(0, 200) || 'nothing that can be told'],
      missing: isQuestion(said) ? [said.slice(0, 200)] : [],
      ...understood(lost, half),
    },
    plan: {
      case: said.length > 200 ? 'full_plan' : 'first_step',
      reason: flaw ?? 'The first step serves the request.',
      score: flaw === undefined ? 1 : 0,
    },
  };
}

/** A first turn without calls that neither does nor asks anything, though it could. */
function lostTurn(said: string, request: string, tools: Json | undefined): string | undefined {
  if (said.trim() === '') return 'Nothing is said or done.';
  const missed = isQuestion(said) || !ADMITS.test(said) ? undefined : missedTool(request, tools);
  return missed === undefined ? undefined : `${missed} was there for it.`;
}

/** A tool whose name the request spells out, word by word. */
function missedTool(request: string, tools: Json | undefined): string | undefined {
  const asked = new Set(meaningfulStems(request));
  return (toolNames(tools) ?? []).find((name) => {
    const words = meaningfulStems(wordsOf(name).join(' '));
    return words.length > 1 && words.every((word) => asked.has(word));
  });
}

/** A call of a tool that has nothing to do with the request, where another tool has all to do with it. */
function strangeTool(call: SeenCall, request: string, tools: Json | undefined): string | undefined {
  const other = missedTool(request, tools);
  if (other === undefined || other === call.name) return undefined;
  const called = asList(tools)
    .map(asObject)
    .find((tool) => asText(tool['name']) === call.name);
  const asked = new Set(meaningfulStems(request));
  const about = meaningfulStems(`${wordsOf(call.name).join(' ')} ${asText(called?.['description'])}`);
  const shared = new Set(about.filter((word) => asked.has(word)));
  return shared.size > 0 ? undefined : `${call.name} has nothing to do with the request.`;
}

function understood(silent: string | undefined, half: boolean): JsonObject {
  if (silent !== undefined) return { reason: silent, score: 0 };
  return half
    ? { reason: 'One limit of the request is overlooked.', score: 0.5 }
    : { reason: 'The first turn takes up what was asked.', score: 1 };
}

/** What is wrong with a call by its words; undefined when nothing is. */
function flawOf(call: SeenCall, tools: Json | undefined): string | undefined {
  const known = toolNames(tools);
  if (known !== undefined && !known.includes(call.name)) return `There is no tool ${call.name.slice(0, 80)}.`;
  if (parseJson(call.written || '{}') === undefined) return 'The arguments cannot be read.';
  const invented = argumentSources(call, tools).find(({ source }) => source === 'invented');
  return invented === undefined ? undefined : `The value of ${invented.path.slice(0, 80)} stands nowhere.`;
}

export function judgeCalls({ inputs, seed }: ReplyContext): JsonObject {
  const notes = asList(inputs['notes']).map(asObject);
  const broken = new Set(notes.filter(({ rule }) => rule !== 'repeated_call').map((note) => asText(note['call_id'])));
  const rng = rngOf(`judge-calls/${seed}`);
  const seen = seenCalls(inputs['conversation']);
  const calls = seen.map((call, at) => {
    const flaw = flawOf(call, inputs['tools']) ?? (broken.has(call.id) ? 'It cannot work as it is.' : undefined);
    const wasted = flaw !== undefined || isNeedlessRepeat(call, seen.slice(0, at)) || chance(rng, 0.06);
    return {
      call_id: call.id,
      argument_sources: argumentSources(call, inputs['tools']).map(({ path, source }) => ({ path, source })),
      reason: flaw ?? (wasted ? 'It brings nothing that was not known.' : 'It serves the request.'),
      score: wasted ? 0 : 1,
      succeeded: !isFailure(call.result),
    };
  });
  return { calls };
}

export function judgeStep({ inputs, seed }: ReplyContext): JsonObject {
  const before = seenCalls(inputs['before']);
  const said = textOf(asList(inputs['before']).map(asObject));
  const [turn] = asList(inputs['turn']).map(asObject);
  const made = asList(turn?.['calls']).map((call) => readCall(asObject(call), { results: new Map(), before: said }));
  const calls = made.map((call) => {
    const flaw = flawOf(call, inputs['tools']) ?? (isNeedlessRepeat(call, before) ? 'It was made before.' : undefined);
    return { call_id: call.id, reason: flaw ?? 'It follows from the results.', correct: flaw === undefined };
  });
  const overlooked = calls.some((call) => !call.correct) && isFailure(before.at(-1)?.result ?? '');
  const half = chance(rngOf(`judge-step/${seed}`), 0.08);
  return {
    understanding: {
      reason: overlooked
        ? 'The error is overlooked.'
        : half
          ? 'One fact is left out.'
          : 'The results are read as they are.',
      score: overlooked ? 0 : half ? 0.5 : 1,
    },
    calls,
  };
}

const ADMITS =
  /\b(?:not|n't|cannot|could|unable|fail\w*|error|missing|nothing|no)\b|nicht|nichts|pas|rien|\bno\b|没有|無|无法|未|失败|ません|не |нельзя/iu;

export function judgeAnswer({ inputs, seed }: ReplyContext): JsonObject {
  const answer = asText(inputs['answer']);
  const open = openFailures(seenCalls(inputs['conversation']));
  const useless = uselessAnswer(answer, open);
  if (useless !== undefined) {
    const nothing = { reason: useless, score: 0 };
    return { correlation: nothing, summary: nothing };
  }
  const notes = asList(inputs['notes']).map(asObject);
  const made = notes.filter(({ rule }) => rule === 'unknown_url' || rule === 'unknown_value');
  const half = open.length > 0 || chance(rngOf(`judge-answer/${seed}`), 0.1);
  const invented = made.length > 0 || hasForeignNumber(answer, inputs);
  return {
    correlation: correlationOf({ half, isForeign: made.length < notes.length, isMadeUp: made.some(namesId) }),
    summary: invented
      ? { reason: 'It says what no result says.', score: 0 }
      : { reason: 'It says what the results say.', score: 1 },
  };
}

/** Letters and digits in one word: an id, and no sum. */
const namesId = ({ rule, detail }: JsonObject): boolean =>
  rule === 'unknown_value' && /^\S*(?:\p{L}\S*\d|\d\S*\p{L})/u.test(asText(detail));

function correlationOf(found: { half: boolean; isForeign: boolean; isMadeUp: boolean }): JsonObject {
  if (found.isForeign) return { reason: 'It is written in another language than the request.', score: 0 };
  if (found.isMadeUp) return { reason: 'What it hands over does not exist.', score: 0 };
  return found.half
    ? { reason: 'A part of the request is not met.', score: 0.5 }
    : { reason: 'It answers the request.', score: 1 };
}

function uselessAnswer(answer: string, open: readonly SeenCall[]): string | undefined {
  if (answer.trim() === '' || /^\[?error\b/i.test(answer.trim())) return 'It gives no answer.';
  const [hidden] = ADMITS.test(answer) ? [] : open;
  return hidden === undefined ? undefined : `It passes over that ${hidden.name.slice(0, 80) || 'a call'} failed.`;
}

/** Calls that failed and never worked afterwards. */
function openFailures(calls: readonly SeenCall[]): SeenCall[] {
  return calls.filter(
    (call, at) =>
      isFailure(call.result) &&
      !calls.slice(at + 1).some(({ name, result }) => name === call.name && !isFailure(result)),
  );
}

function hasForeignNumber(answer: string, { conversation, request }: ReplyContext['inputs']): boolean {
  const said = JSON.stringify([conversation ?? '', request ?? '']);
  return (answer.match(/\d[\d.,]*\d|\d/g) ?? []).some((number) => !said.includes(number));
}

/** Undefined when the conversation lists none. */
function toolNames(tools: Json | undefined): string[] | undefined {
  return Array.isArray(tools) ? tools.map((tool: Json) => asText(asObject(tool)['name'])) : undefined;
}
