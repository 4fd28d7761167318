/** Chat completions as OpenAI's wire has them, whole or as events; the same request gives the same bytes. */
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { asInteger, asList, asObject, asText } from './json-text.ts';
import type { ChatRequest } from './read-request.ts';
import { contentText } from './read-request.ts';
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
        ...(choice.toolCall === undefined ? {} : { tool_calls: [toolCall(choice.toolCall)] }),
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
  const call = choice.toolCall === undefined ? [] : [{ tool_calls: [{ index: 0, ...toolCall(choice.toolCall) }] }];
  const refusal = choice.refusal === null ? [] : [{ refusal: choice.refusal }];
  const deltas: JsonObject[] = [
    { role: 'assistant', content: '' },
    ...parts.map((part) => ({ content: part })),
    ...call,
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

function toolCall({ id, name, args }: NonNullable<Choice['toolCall']>): JsonObject {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

/** A reply longer than max_tokens is cut, as a model's would be. */
function withinLimit(request: ChatRequest, choice: Choice): Choice {
  const limit = asInteger(request.body['max_completion_tokens']) ?? asInteger(request.body['max_tokens']);
  if (limit === undefined || choice.content === null || tokenCount(choice.content) <= limit) return choice;
  return { ...choice, content: choice.content.slice(0, Math.max(1, limit * 3)), finishReason: 'length' };
}

function usage(request: ChatRequest, choices: readonly Choice[]): Json {
  const messages = asList(request.body['messages']).map((message) => contentText(asObject(message)['content']));
  const prompt = messages.reduce((sum, text) => sum + 4 + tokenCount(text), 3);
  const written = choices.reduce(
    (sum, { content, toolCall: call }) =>
      sum + tokenCount((content ?? '') + (call === undefined ? '' : JSON.stringify(call))),
    0,
  );
  return { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written };
}
