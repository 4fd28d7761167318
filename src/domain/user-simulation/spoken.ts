/**
 * What user and agent said to each other (method §5.4, ours): the user sees texts only, never a call or its result, so
 * what it says can rest on nothing else.
 */
import type { Conversation } from '../episode/schema.ts';

export interface Spoken {
  readonly role: 'user' | 'agent';
  readonly text: string;
}

/** The texts in order; turns of the agent that only call tools say nothing. */
export function spokenOf({ messages }: Pick<Conversation, 'messages'>): Spoken[] {
  return messages.flatMap((message): Spoken[] => {
    const text = message.role === 'system' || message.role === 'tool' ? '' : (message.content ?? '').trim();
    return text === '' ? [] : [{ role: message.role === 'user' ? 'user' : 'agent', text }];
  });
}

/** The agent's last word; empty when it said nothing. */
export function lastOfAgent(spoken: readonly Spoken[]): string {
  return spoken.findLast(({ role }) => role === 'agent')?.text ?? '';
}

const asking =
  /[?？؟]|\b(please (?:provide|tell|give|specify|confirm|share|let me know)|could you|can you|would you|which|what (?:is|are)|i need (?:to know|the|your)|let me know)\b|请(?:提供|告诉|说明|确认)/iu;

/** True when a text asks its reader for something. */
export function asksSomething(text: string): boolean {
  return asking.test(text);
}

/** Words that carry meaning, lower-case, without repeats; a run of Han characters counts as its pairs. */
export function contentWords(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’_.@/-]*/gu) ?? [];
  const pairs = words.flatMap((word) =>
    /\p{Script=Han}/u.test(word) ? hanPairs(word) : [word.replace(/[.'’_/-]+$/, '')],
  );
  return new Set(pairs.filter((word) => word.length > 2 || /\p{Script=Han}|\p{N}/u.test(word)));
}

function hanPairs(word: string): string[] {
  const letters = Array.from(word);
  return letters.slice(0, -1).map((letter, at) => letter + (letters[at + 1] ?? ''));
}
