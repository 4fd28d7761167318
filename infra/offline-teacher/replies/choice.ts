/** One choice of a completion: what the assistant says. */

import type { Json } from '../../../src/domain/json.ts';
import { rngOf } from '../draws.ts';
import type { ChatRequest } from '../read-request.ts';
import { PROMPTS } from './prompt-table.ts';
import { instanceOf } from './schema-instance.ts';
import type { ToolUse } from './sentence.ts';
import { sentence, toolUse } from './sentence.ts';

export interface Choice {
  readonly content: string | null;
  readonly toolCall: ToolUse | undefined;
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
  const call = toolUse(request, seed);
  if (call !== undefined)
    return { content: null, toolCall: call, finishReason: 'tool_calls', refusal: null, value: undefined };
  const format = JSON.stringify(request.body['response_format'] ?? null);
  const text = sentence(request, seed);
  return format.includes('json_object') ? jsonChoice({ answer: text }) : textChoice(text);
}

export function jsonChoice(value: Json): Choice {
  return { ...textChoice(JSON.stringify(value)), value };
}

export function textChoice(content: string): Choice {
  return { content, toolCall: undefined, finishReason: 'stop', refusal: null, value: undefined };
}
