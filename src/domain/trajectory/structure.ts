/**
 * Is a conversation legal (ours; method §6, §7.5)? Held against rules by code before a call is executed or a judge is
 * asked: what a judge would say of an answer without its question is worth nothing.
 */
import type { Message } from './schema.ts';

/** In the order they are looked at; a row is refused by the first that it breaks. */
export const structureRules = [
  'call_id_repeated',
  'unanswered_call',
  'answered_twice',
  'unknown_call_id',
  'message_order',
  'empty_message',
] as const;
export type StructureRule = (typeof structureRules)[number];

export interface StructureProblem {
  readonly rule: StructureRule;
  readonly detail: string;
}

/** The first rule that the messages break; undefined for a legal conversation. Places are counted from 0. */
export function structureProblem(messages: readonly Message[]): StructureProblem | undefined {
  const found = [
    ...messages.flatMap((message, at) => orderProblem(message, at, messages)),
    ...messages.flatMap(emptyProblem),
    ...callIdProblems(messages),
    ...messages.flatMap((_, at) => answerProblems(messages, at)),
  ];
  return structureRules.flatMap((rule) => found.filter((problem) => problem.rule === rule))[0];
}

/** Whose message may come after whose; a system message is first or nowhere. */
const mayFollow: Readonly<Record<Message['role'], readonly (Message['role'] | 'start')[]>> = {
  system: ['start'],
  user: ['start', 'system', 'user', 'assistant'],
  assistant: ['user', 'tool'],
  tool: ['assistant', 'tool'],
};

function orderProblem(message: Message, at: number, messages: readonly Message[]): StructureProblem[] {
  const before = messages[at - 1]?.role ?? 'start';
  if (mayFollow[message.role].includes(before)) return [];
  const place = before === 'start' ? 'comes first' : `follows a message of ${before}`;
  return [{ rule: 'message_order', detail: `message ${at} of ${message.role} ${place}` }];
}

function emptyProblem(message: Message, at: number): StructureProblem[] {
  if (message.role === 'tool' || message.role === 'system' || message.content.trim() !== '') return [];
  if (message.role === 'assistant' && message.calls.length > 0) return [];
  return [{ rule: 'empty_message', detail: `message ${at} of ${message.role} has neither text nor calls` }];
}

function callIdProblems(messages: readonly Message[]): StructureProblem[] {
  const ids = messages.flatMap((message) => (message.role === 'assistant' ? message.calls.map(({ id }) => id) : []));
  const repeated = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  return repeated.map((id) => ({ rule: 'call_id_repeated', detail: `more than one call has the id ${id}` }));
}

/** The tool messages right after an assistant message answer exactly its calls, in any order. */
function answerProblems(messages: readonly Message[], at: number): StructureProblem[] {
  const message = messages[at];
  if (message?.role !== 'assistant') return [];
  const wanted = message.calls.map(({ id }) => id);
  const given = answersAfter(messages, at);
  const unanswered = wanted.filter((id) => !given.includes(id));
  const unknown = given.filter((id) => !wanted.includes(id));
  const twice = given.filter((id, place) => given.indexOf(id) !== place && wanted.includes(id));
  return [
    ...unknown.map((id) =>
      problem('unknown_call_id', `a tool message after message ${at} answers ${id}, which it never called`),
    ),
    ...twice.map((id) => problem('answered_twice', `the call ${id} has more than one tool message`)),
    ...unanswered.map((id) => problem('unanswered_call', `the call ${id} of message ${at} has no tool message`)),
  ];
}

function answersAfter(messages: readonly Message[], at: number): string[] {
  const ids: string[] = [];
  for (const message of messages.slice(at + 1)) {
    if (message.role !== 'tool') break;
    ids.push(message.callId);
  }
  return ids;
}

function problem(rule: StructureRule, detail: string): StructureProblem {
  return { rule, detail };
}
