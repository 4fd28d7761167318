/**
 * A conversation as it grows (paper §3.1; method §5.1): what is said is appended and nothing ever changes, so what remains
 * is what the model was sent. The original cut what it sent and kept the rest, and its call ids began anew every turn.
 */
import type { Conversation, EpisodeMessage, EpisodeStep, FailureKind } from './schema.ts';

/** What an agent's model answered, as its endpoint gave it. */
export interface AgentReply {
  /** Empty for none. */
  readonly content: string;
  readonly reasoning: string | null;
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
}

type AgentStep = Extract<EpisodeStep, { kind: 'agent' }>;
type ToolStep = Extract<EpisodeStep, { kind: 'tool' }>;
type AgentMessage = Extract<EpisodeMessage, { role: 'assistant' }>;

/** A call of the last turn with what was seen of it; a turn hands all of its calls in, in their order. */
export interface SeenCall {
  /** The text shown to the agent. */
  readonly text: string;
  readonly step: Omit<ToolStep, 'kind' | 'name'>;
}

/** The first message of the user, below the system prompt when there is one. */
export function openConversation(systemPrompt: string, question: string): Conversation {
  const system: EpisodeMessage[] = systemPrompt === '' ? [] : [{ role: 'system', content: systemPrompt }];
  return { messages: [...system, { role: 'user', content: question }], steps: [] };
}

/** Calls get the ids `call_<turn>_<k>`, both from 1: unique in the episode, whatever the endpoint called them. */
export function withReply(conversation: Conversation, reply: AgentReply, step: Omit<AgentStep, 'kind'>): Conversation {
  const turn = conversation.messages.filter(({ role }) => role === 'assistant').length + 1;
  const calls = reply.calls.map((call, at) => ({
    id: `call_${turn}_${at + 1}`,
    type: 'function' as const,
    function: { name: call.name, arguments: call.arguments },
  }));
  const message: AgentMessage = {
    role: 'assistant',
    content: reply.content === '' && calls.length > 0 ? null : reply.content,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(reply.reasoning !== null && { reasoning_content: reply.reasoning }),
  };
  return {
    messages: [...conversation.messages, message],
    steps: [...conversation.steps, { kind: 'agent', ...step }],
  };
}

/** Throws when the last turn made other calls, or in another order: results are never matched by guessing. */
export function withResults(conversation: Conversation, seen: readonly SeenCall[]): Conversation {
  const calls = openCalls(conversation);
  const [wanted, given] = [calls.map(({ id }) => id).join(', '), seen.map(({ step }) => step.callId).join(', ')];
  if (wanted !== given) throw new RangeError(`the last turn waits for results of [${wanted}], got [${given}]`);
  const names = new Map(calls.map(({ id, function: { name } }) => [id, name]));
  return {
    messages: [
      ...conversation.messages,
      ...seen.map(({ text, step }) => ({ role: 'tool' as const, content: text, tool_call_id: step.callId })),
    ],
    steps: [
      ...conversation.steps,
      ...seen.map(({ step }) => ({ kind: 'tool' as const, name: names.get(step.callId) ?? '', ...step })),
    ],
  };
}

/** What the simulated user said next; `reply` is the hash of its reply. */
export function withUser(conversation: Conversation, message: string, reply: string): Conversation {
  return {
    messages: [...conversation.messages, { role: 'user', content: message }],
    steps: [...conversation.steps, { kind: 'user', reply }],
  };
}

/** The simulated user has nothing more to say: only the record shows it, so that the agent keeps the last word. */
export function withoutUser(conversation: Conversation, reply: string): Conversation {
  return { ...conversation, steps: [...conversation.steps, { kind: 'user', reply }] };
}

/** The calls that wait for their results, in order. */
export function openCalls({ messages }: Conversation): NonNullable<AgentMessage['tool_calls']> {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? (last.tool_calls ?? []) : [];
}

/** The messages as they go to the model: thinking of earlier turns stays behind. */
export function sentMessages(messages: readonly EpisodeMessage[]): EpisodeMessage[] {
  return messages.map((message) => {
    if (message.role !== 'assistant') return message;
    const { reasoning_content: _, ...sent } = message;
    return sent;
  });
}

/** Failures that were made up instead of asking a tool, in order. */
export function injectedFailures({ steps }: Conversation): { readonly callId: string; readonly kind: FailureKind }[] {
  return steps.flatMap((step) =>
    step.kind === 'tool' && step.injected !== null ? [{ callId: step.callId, kind: step.injected }] : [],
  );
}
