/**
 * Does the simulated user keep to its script (method §5.4)? Facts are told word for word, withheld ones only when asked
 * for, the later wish once, and nothing is made up. What cannot be told from words is left to the judges.
 */
import type { EpisodePlan, UserScript } from '../episode/schema.ts';
import type { Problem } from '../prompt/spec.ts';
import type { UserReply } from './schema.ts';
import { asksSomething, contentWords, lastOfAgent, type Spoken } from './spoken.ts';

/** Messages of the user after which its wish need no longer come: a conversation must be able to end. */
const patience = 8;
/** Share of the words of the later wish that a message has to hold to be that wish. */
const wishShare = 0.5;

/** Everything that makes a message unusable; empty when it keeps to the script. */
export function scriptProblems(reply: UserReply, script: UserScript, talk: TalkSoFar): Problem[] {
  return [
    ...formProblems(reply),
    ...factProblems(reply, script, talk.spoken),
    ...wishProblems(reply, script, talk.spoken),
    ...inventedValues(reply.message, script, talk).map((value) => ({
      rule: 'invented_value',
      detail: `"${value.slice(0, 80)}" stands neither in the script nor in the conversation: never invent facts`,
    })),
  ];
}

export interface TalkSoFar {
  readonly question: EpisodePlan['question'];
  readonly spoken: readonly Spoken[];
}

/** True when the later wish was brought already; also when there is none. */
export function wishIsTold({ later }: UserScript, spoken: readonly Spoken[]): boolean {
  // The first message is the question itself.
  const said = spoken.filter(({ role }) => role === 'user').slice(1);
  return later === null || said.some(({ text }) => holdsWish(later, text));
}

function formProblems({ move, done, message }: UserReply): Problem[] {
  return [
    ...(done === (move === 'end') ? [] : [named('schema_invalid', '"done" is true exactly when "move" is "end"')]),
    ...(message.trim() === '' && move !== 'end' ? [named('schema_invalid', '"message" is empty')] : []),
  ];
}

function factProblems({ told, message }: UserReply, script: UserScript, spoken: readonly Spoken[]): Problem[] {
  const facts = [...script.known, ...script.withheld];
  const unknown = told.filter((name) => facts.every((fact) => fact.name !== name));
  // Two calls may each have an "amount": telling one of them is enough.
  const said = new Set(facts.filter(({ value }) => message.includes(value)).map(({ name }) => name));
  const changed = facts.filter(({ name }) => told.includes(name) && !said.has(name));
  const asked = asksSomething(lastOfAgent(spoken));
  const early = script.withheld.filter(({ value }) => !asked && message.includes(value) && !wasSaid(value, spoken));
  return [
    ...unknown.map((name) => named('invented_value', `the script has no fact "${name.slice(0, 80)}"`)),
    ...changed.map(({ name, value }) =>
      named('fact_changed', `"${name}" is told word for word: "${value.slice(0, 120)}" does not stand in the message`),
    ),
    ...early.map(({ name }) => named('told_unasked', `"${name}" is told only when the assistant asks for it`)),
  ];
}

function wishProblems({ move, message }: UserReply, script: UserScript, spoken: readonly Spoken[]): Problem[] {
  const told = wishIsTold(script, spoken);
  const turns = spoken.filter(({ role }) => role === 'user').length;
  if (move === 'wish') {
    if (script.later === null || told) return [named('wish_repeated', 'there is no wish left to bring')];
    return holdsWish(script.later, message)
      ? []
      : [named('wish_changed', 'the later wish is told close to its own words, with all its values')];
  }
  return move === 'end' && !told && turns < patience
    ? [named('ended_early', 'the later wish of the script was not brought yet')]
    : [];
}

function holdsWish(later: string, text: string): boolean {
  const [wanted, said] = [contentWords(later), contentWords(text)];
  const shared = [...wanted].filter((word) => said.has(word)).length;
  return wanted.size > 0 && shared / wanted.size >= wishShare && valuesIn(later).every((value) => text.includes(value));
}

/** Values of a message that nothing the user knows has; numbers are compared as they are written. */
function inventedValues(message: string, script: UserScript, { question, spoken }: TalkSoFar): string[] {
  const facts = [...script.known, ...script.withheld].map(({ value }) => value);
  const known = [question, script.goal, script.later ?? '', ...facts, ...spoken.map(({ text }) => text)].join('\n');
  return [...new Set(valuesIn(message))].filter((value) => !known.includes(value));
}

const value = /["“「『]([^"”」』\n]{1,200})["”」』]|https?:\/\/[^\s"'<>]+|[\w.+-]+@[\w-]+\.[\w.-]+|\d[\d.,:/-]*\d|\d/gu;

function valuesIn(text: string): string[] {
  return [...text.matchAll(value)].map((match) => match[1] ?? match[0]);
}

function wasSaid(fact: string, spoken: readonly Spoken[]): boolean {
  return spoken.some(({ text }) => text.includes(fact));
}

function named(rule: string, detail: string): Problem {
  return { rule, detail };
}
