/** Chat completions as OpenAI's wire has them, whole or as events; the same request gives the same bytes. */
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { asInteger, asList, asObject, asText } from './json-text.ts';
import { contentText } from './message-text.ts';
import type { ChatRequest } from './read-request.ts';
import type { Choice } from './replies/choice.ts';

/** A fixed time (2026-01-01), since the clock would make equal requests differ. */
const CREATED = 1_767_225_600;

/** Roughly as tokenizers count: four letters, or one Han character, a token. */
export function tokenCount(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han + Math.ceil((text.length - han) / 4);
}

export function completion(request: ChatRequest, choices: readonly Choice[]): JsonObject {
  const cut = choices.map((choice) => withinLimit(request, choice));
  return {
    ...head(request, 'chat.completion'),
    choices: cut.map((choice, index) => ({
      index,
      message: {
        role: 'assistant',
        content: choice.content,
        refusal: choice.refusal,
        ...(choice.toolCalls.length === 0 ? {} : { tool_calls: choice.toolCalls.map(toolCall) }),
      },
      logprobs: null,
      finish_reason: choice.finishReason,
    })),
    usage: usage(request, cut),
  };
}

/** Server-sent events, the closing [DONE] with them. */
export function completionEvents(request: ChatRequest, choices: readonly Choice[]): string[] {
  const cut = choices.map((choice) => withinLimit(request, choice));
  const event = (body: JsonObject): string =>
    `data: ${JSON.stringify({ ...head(request, 'chat.completion.chunk'), ...body })}\n\n`;
  const deltas = cut.flatMap((choice, index) =>
    pieces(choice).map(({ delta, end }) =>
      event({ choices: [{ index, delta, logprobs: null, finish_reason: end ? choice.finishReason : null }] }),
    ),
  );
  const wantsUsage = asObject(request.body['stream_options'])['include_usage'] === true;
  return [...deltas, ...(wantsUsage ? [event({ choices: [], usage: usage(request, cut) })] : []), 'data: [DONE]\n\n'];
}

function pieces(choice: Choice): { delta: JsonObject; end: boolean }[] {
  const content = choice.content ?? '';
  const parts = content.match(/[\s\S]{1,40}/gu) ?? [];
  // A delta a call: clients put them together by their index.
  const calls = choice.toolCalls.map((call, index) => ({ tool_calls: [{ index, ...toolCall(call) }] }));
  const refusal = choice.refusal === null ? [] : [{ refusal: choice.refusal }];
  const deltas: JsonObject[] = [
    { role: 'assistant', content: '' },
    ...parts.map((part) => ({ content: part })),
    ...calls,
    ...refusal,
  ];
  return [...deltas.map((delta) => ({ delta, end: false })), { delta: {}, end: true }];
}

function head(request: ChatRequest, object: string): JsonObject {
  return {
    id: `chatcmpl-${request.hash.slice(0, 24)}`,
    object,
    created: CREATED,
    model: asText(request.body['model']) || 'offline-teacher',
    system_fingerprint: 'offline-teacher-templates',
  };
}

function toolCall({ id, name, written }: Choice['toolCalls'][number]): JsonObject {
  return { id, type: 'function', function: { name, arguments: written } };
}

/** A reply longer than max_tokens is cut, as a model's would be. */
function withinLimit(request: ChatRequest, choice: Choice): Choice {
  const limit = asInteger(request.body['max_completion_tokens']) ?? asInteger(request.body['max_tokens']);
  if (limit === undefined || choice.content === null || tokenCount(choice.content) <= limit) return choice;
  return { ...choice, content: choice.content.slice(0, Math.max(1, limit * 3)), finishReason: 'length' };
}

/** Tools and calls of the history are read like every other text. */
function usage(request: ChatRequest, choices: readonly Choice[]): Json {
  const messages = asList(request.body['messages']).map(asObject);
  const read = messages.map((message) => contentText(message['content']) + callsOf(message));
  const tools = request.tools.length === 0 ? 0 : tokenCount(JSON.stringify(request.tools));
  const prompt = read.reduce((sum, text) => sum + 4 + tokenCount(text), 3 + tools);
  const written = choices.reduce((sum, { content, toolCalls }) => {
    const calls = toolCalls.map((call) => call.name + call.written).join('');
    return sum + tokenCount((content ?? '') + calls);
  }, 0);
  return { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written };
}

function callsOf(message: JsonObject): string {
  return message['tool_calls'] === undefined ? '' : JSON.stringify(message['tool_calls']);
}
