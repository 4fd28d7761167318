/** A conversation in the shape of ASTRA-SFT-1k (method §5.1, §7.6): what is written is read back as the same conversation. */
import type { EpisodeMessage } from '../../episode/schema.ts';
import type { JsonObject } from '../../json.ts';

/** One message for what was said and thought, one per call, one per result; call ids have no place in it. */
export function qwenMessages(messages: readonly EpisodeMessage[]): JsonObject[] {
  const names = new Map(
    messages.flatMap((message) =>
      message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => [call.id, call.function.name]) : [],
    ),
  );
  return inCallOrder(messages).flatMap((message): JsonObject[] => {
    switch (message.role) {
      case 'system':
      case 'user':
        return [{ role: message.role, content: message.content }];
      case 'tool':
        return [{ role: 'function', name: names.get(message.tool_call_id) ?? '', content: message.content }];
      case 'assistant':
        return said(message);
    }
  });
}

function said({
  content,
  reasoning_content: reasoning,
  tool_calls: calls,
}: Extract<EpisodeMessage, { role: 'assistant' }>) {
  const spoken = content !== null || reasoning !== undefined || calls === undefined;
  return [
    ...(spoken
      ? [
          {
            role: 'assistant',
            content: content ?? '',
            ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
          },
        ]
      : []),
    ...(calls ?? []).map((call) => ({ role: 'assistant', content: '', function_call: { ...call.function } })),
  ];
}

/** Results in the order of their calls: by name and order is how they are found again. */
function inCallOrder(messages: readonly EpisodeMessage[]): EpisodeMessage[] {
  return messages.flatMap((message, at) => {
    if (message.role === 'tool') return messages[at - 1]?.role === 'tool' ? [] : orderedResults(messages, at);
    return [message];
  });
}

function orderedResults(messages: readonly EpisodeMessage[], start: number): EpisodeMessage[] {
  const end = messages.findIndex(({ role }, at) => at >= start && role !== 'tool');
  const results = messages.slice(start, end === -1 ? undefined : end).filter((one) => one.role === 'tool');
  const before = messages[start - 1];
  const calls = before?.role === 'assistant' ? (before.tool_calls ?? []).map(({ id }) => id) : [];
  return results.sort((a, b) => calls.indexOf(a.tool_call_id) - calls.indexOf(b.tool_call_id));
}
