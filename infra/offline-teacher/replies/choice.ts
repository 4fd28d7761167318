/** One choice of a completion: what the assistant says. */

import type { Json } from '../../../src/domain/json.ts';
import { rngOf } from '../draws.ts';
import type { ChatRequest } from '../read-request.ts';
import type { ToolUse } from './agent-turn.ts';
import { agentTurn } from './agent-turn.ts';
import { PROMPTS } from './prompt-table.ts';
import { instanceOf } from './schema-instance.ts';
import { sentence } from './sentence.ts';

export interface Choice {
  readonly content: string | null;
  readonly toolCalls: readonly ToolUse[];
  readonly finishReason: string;
  readonly refusal: string | null;
  /** The JSON value behind the content, when it is one. */
  readonly value: Json | undefined;
}

/** Good work for the request; `index` tells the choices of one request apart. */
export function goodChoice(request: ChatRequest, index: number): Choice {
  const seed = `${request.hash}/${index}`;
  const writer = request.prompt === undefined ? undefined : PROMPTS[request.prompt];
  if (writer !== undefined) return jsonChoice(writer({ inputs: request.inputs, seed, profile: request.profile }));
  if (request.schema !== undefined) return jsonChoice(instanceOf(request.schema, rngOf(seed)));
  if (request.tools.length > 0) return agentChoice(request, seed);
  const format = JSON.stringify(request.body['response_format'] ?? null);
  const text = sentence(request, seed);
  return format.includes('json_object') ? jsonChoice({ answer: text }) : textChoice(text);
}

export function jsonChoice(value: Json): Choice {
  return { ...textChoice(JSON.stringify(value)), value };
}

export function textChoice(content: string): Choice {
  return { content, toolCalls: [], finishReason: 'stop', refusal: null, value: undefined };
}

/** What an agent with these tools does next; without a call it says something. */
function agentChoice(request: ChatRequest, seed: string): Choice {
  const { text, calls } = agentTurn(request, seed);
  if (calls.length === 0) return textChoice(text);
  return {
    content: text === '' ? null : text,
    toolCalls: calls,
    finishReason: 'tool_calls',
    refusal: null,
    value: undefined,
  };
}
