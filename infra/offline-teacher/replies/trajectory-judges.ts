/**
 * The four judges of a conversation. Without a model they see only what words show: errors in results, calls made twice,
 * numbers and addresses of an answer that stand nowhere. A seeded part of good work is found wanting, so that scores spread.
 */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { chance, rngOf } from '../draws.ts';
import { asList, asObject, asText, parseJson } from '../json-text.ts';
import type { ReplyContext } from './context.ts';

interface SeenCall {
  readonly id: string;
  readonly name: string;
  readonly written: string;
  readonly result: string;
}

export function judgeQuery({ inputs, seed }: ReplyContext): JsonObject {
  const request = asText(inputs['request']);
  const [turn] = asList(inputs['first_turn']).map(asObject);
  const made = asList(turn?.['calls']).map(asObject);
  const known = toolNames(inputs['tools']);
  const ghost = made.find((call) => known !== undefined && !known.includes(asText(call['name'])));
  const half = chance(rngOf(`judge-query/${seed}`), 0.1);
  const full = asText(turn?.['content']).length > 200;
  return {
    understanding: {
      needs: [request.slice(0, 200) || 'nothing that can be told'],
      missing: [],
      reason: half ? 'One limit of the request is overlooked.' : 'The first turn takes up what was asked.',
      score: half ? 0.5 : 1,
    },
    plan: {
      case: full ? 'full_plan' : 'first_step',
      reason: ghost === undefined ? 'The first step serves the request.' : `There is no tool ${asText(ghost['name'])}.`,
      score: ghost === undefined ? 1 : 0,
    },
  };
}

export function judgeCalls({ inputs, seed }: ReplyContext): JsonObject {
  const noted = new Set(asList(inputs['notes']).map((note) => asText(asObject(note)['call_id'])));
  const rng = rngOf(`judge-calls/${seed}`);
  const calls = seenCalls(inputs['conversation']).map((call) => {
    const wasted = noted.has(call.id) || chance(rng, 0.06);
    return {
      call_id: call.id,
      argument_sources: Object.keys(asObject(parseJson(call.written))).map((path) => ({ path, source: 'the user' })),
      reason: wasted ? 'It brings nothing that was not known, or cannot work.' : 'It serves the request.',
      score: wasted ? 0 : 1,
      succeeded: !isFailure(call.result),
    };
  });
  return { calls };
}

export function judgeStep({ inputs, seed }: ReplyContext): JsonObject {
  const before = seenCalls(inputs['before']);
  const [turn] = asList(inputs['turn']).map(asObject);
  const made = asList(turn?.['calls']).map(asObject);
  const known = toolNames(inputs['tools']);
  const calls = made.map((call) => {
    const name = asText(call['name']);
    const again = before.some((one) => one.name === name && one.written === asText(call['arguments']));
    const correct = !again && (known === undefined || known.includes(name));
    const reason = correct ? 'It follows from the results.' : 'It was made before, or there is no such tool.';
    return { call_id: asText(call['call_id']), reason, correct };
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

export function judgeAnswer({ inputs, seed }: ReplyContext): JsonObject {
  const answer = asText(inputs['answer']);
  if (answer.trim() === '' || isFailure(answer)) {
    const nothing = { reason: 'It gives no answer.', score: 0 };
    return { correlation: nothing, summary: nothing };
  }
  const half = chance(rngOf(`judge-answer/${seed}`), 0.1);
  const invented = asList(inputs['notes']).length > 0 || hasForeignNumber(answer, inputs['conversation']);
  return {
    correlation: half
      ? { reason: 'A limit of the request is missed.', score: 0.5 }
      : { reason: 'It answers the request.', score: 1 },
    summary: invented
      ? { reason: 'It says what no result says.', score: 0 }
      : { reason: 'It says what the results say.', score: 1 },
  };
}

function hasForeignNumber(answer: string, conversation: Json | undefined): boolean {
  const said = JSON.stringify(conversation ?? '');
  return (answer.match(/\d[\d.,]*\d|\d/g) ?? []).some((number) => !said.includes(number));
}

function seenCalls(conversation: Json | undefined): SeenCall[] {
  const messages = asList(conversation).map(asObject);
  const results = new Map(messages.map((one) => [asText(one['call_id']), asText(one['content'])]));
  return messages.flatMap((message) =>
    asList(message['calls'])
      .map(asObject)
      .map((call) => {
        const id = asText(call['call_id']);
        return { id, name: asText(call['name']), written: asText(call['arguments']), result: results.get(id) ?? '' };
      }),
  );
}

/** Undefined when the conversation lists none. */
function toolNames(tools: Json | undefined): string[] | undefined {
  return Array.isArray(tools) ? tools.map((tool: Json) => asText(asObject(tool)['name'])) : undefined;
}

function isFailure(text: string): boolean {
  return /\b(error|exception|traceback|failed|timed out)\b/i.test(text);
}
