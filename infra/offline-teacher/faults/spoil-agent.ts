/** Agents that work badly: calls of nothing, with made-up values, over and over, or a word of success after an error. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { saysError } from '../agent/talk.ts';
import { digest } from '../draws.ts';
import { asInteger, asList, asObject, asText, parseJson } from '../json-text.ts';
import { contentText } from '../message-text.ts';
import type { ChatRequest } from '../read-request.ts';
import type { Choice } from '../replies/choice.ts';
import { textChoice } from '../replies/choice.ts';
import { AGENT_FAULTS, AGENT_PROMPT, type AgentFault } from './episode-kinds.ts';
import type { FaultKind } from './fault-kinds.ts';
import { drawFault, type FaultPlan } from './fault-plan.ts';

export function isAgentFault(kind: string): kind is AgentFault {
  return AGENT_FAULTS.some((one) => one === kind);
}

/** The fault of the conversation that a request with tools belongs to; undefined for other requests. */
export function drawAgentFault(plan: FaultPlan, request: ChatRequest, seed: number): FaultKind | undefined {
  if (request.tools.length === 0 || request.prompt !== undefined) return undefined;
  const own = plan.entries.map((entry) => ({ ...entry, kinds: entry.kinds.filter(isAgentFault) }));
  const first = asList(request.body['messages']).find((message) => asObject(message)['role'] === 'user');
  const start = [contentText(asObject(first)['content']), asInteger(request.body['seed']) ?? '', request.tools.length];
  const entries = own.filter(({ kinds }) => kinds.length > 0);
  return drawFault({ ...plan, entries }, { hash: digest(JSON.stringify(start)), prompt: AGENT_PROMPT }, seed);
}

type Spoiler = (choice: Choice, messages: readonly JsonObject[]) => Choice;

const onFirstCalls =
  (change: (call: Choice['toolCalls'][number]) => Choice['toolCalls'][number]): Spoiler =>
  (choice, messages) =>
    hasResults(messages) ? choice : { ...choice, toolCalls: choice.toolCalls.map(change) };

const SPOILERS: { readonly [Kind in AgentFault]: Spoiler } = {
  'ghost-call': onFirstCalls((call) => ({ ...call, name: 'open_the_pod_bay_doors' })),
  'invented-argument': onFirstCalls((call) => ({
    ...call,
    written: JSON.stringify(invented(parseJson(call.written))),
  })),
  'broken-arguments': onFirstCalls((call) => ({ ...call, written: `${call.written.slice(0, -1)},` })),
  'endless-repeat': (choice, messages) => {
    const made = messages.flatMap((message) => asList(message['tool_calls']).map(asObject));
    const called = asObject(made[0]?.['function']);
    if (made.length === 0) return choice;
    const call = {
      id: `call_again_${messages.length}`,
      name: asText(called['name']),
      written: asText(called['arguments']),
    };
    return { ...choice, content: null, toolCalls: [call], finishReason: 'tool_calls' };
  },
  'silent-end': (choice) => (choice.toolCalls.length > 0 ? choice : { ...choice, content: '' }),
  'ignored-error': (choice, messages) => {
    const failed = messages.some((message) => message['role'] === 'tool' && saysError(contentText(message['content'])));
    return failed ? textChoice('Everything went well and all of it is done as you asked.') : choice;
  },
};

export function spoilAgent(kind: AgentFault, request: ChatRequest, choice: Choice): Choice {
  return SPOILERS[kind](choice, asList(request.body['messages']).map(asObject));
}

function hasResults(messages: readonly JsonObject[]): boolean {
  return messages.some((message) => message['role'] === 'tool');
}

/** The first text among the arguments is one that nobody said. */
function invented(args: Json | undefined): Json {
  const entries = Object.entries(asObject(args));
  const at = entries.findIndex(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries.map(([name, value], place) => [name, place === at ? 'Zubrowka 77' : value]));
}
