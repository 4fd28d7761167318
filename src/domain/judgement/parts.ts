/**
 * What there is to judge in a conversation (paper §3.1; method §6, §7.2): the request, the first turn, the turns that read
 * results, the calls with their results, the last answer. Judges of a turn see what came before it and nothing after;
 * in the original they saw the whole conversation and judged with hindsight.
 */
import type { Call, Message, Trajectory } from '../trajectory/schema.ts';

export interface AnsweredCall extends Call {
  readonly result: string;
  /** Recorded by whoever ran the tool; null where nothing is recorded. */
  readonly failure: 'tool' | 'made_up' | null;
}

/** Everything the user said before the first turn of the assistant. */
export function requestOf({ messages }: Trajectory): string {
  const first = messages.findIndex(({ role }) => role === 'assistant');
  const before = first === -1 ? messages : messages.slice(0, first);
  return before.flatMap((one) => (one.role === 'user' ? [one.content] : [])).join('\n\n');
}

/** Index of the first turn of the assistant; -1 when it never spoke. */
export function firstTurn({ messages }: Trajectory): number {
  return messages.findIndex(({ role }) => role === 'assistant');
}

/** Index of the answer: the last message, when it is the assistant's and calls nothing; else -1. */
export function answerTurn({ messages }: Trajectory): number {
  const last = messages.at(-1);
  return last?.role === 'assistant' && last.calls.length === 0 ? messages.length - 1 : -1;
}

/**
 * Indexes of the turns that read results while the work still goes on: each assistant message right after a tool message
 * that has calls, or is followed by results later. The last answer is judged as such.
 */
export function stepTurns({ messages }: Trajectory): number[] {
  const lastResult = messages.findLastIndex(({ role }) => role === 'tool');
  return messages.flatMap(({ role }, at) =>
    role === 'assistant' && messages[at - 1]?.role === 'tool' && at < lastResult ? [at] : [],
  );
}

/** All calls in order, each with the text of its result. */
export function answeredCalls({ messages }: Trajectory): AnsweredCall[] {
  const results = new Map(messages.flatMap((one) => (one.role === 'tool' ? [[one.callId, one]] : [])));
  return messages.flatMap((one) =>
    one.role === 'assistant' ? one.calls.map((call) => withResult(call, results.get(call.id))) : [],
  );
}

function withResult(call: Call, answer: Extract<Message, { role: 'tool' }> | undefined): AnsweredCall {
  return { ...call, result: answer?.content ?? '', failure: answer?.failure ?? null };
}
