/**
 * What code can say of a conversation before a judge is asked (method §7.5): broken calls, repeated calls, addresses that
 * stand nowhere. A broken call is wrong whatever a judge thinks of it; the rest is shown to the judges as a note.
 */
import { argumentProblems } from '../environment/argument-check.ts';
import { ToolDocument } from '../environment/schema.ts';
import { canonicalJson } from '../ids.ts';
import { proseLanguage } from '../text/function-words.ts';
import { countScripts } from '../text/language.ts';
import type { Call, Trajectory } from '../trajectory/schema.ts';
import { answeredCalls, answerTurn, requestOf } from './parts.ts';

export interface CallNote {
  readonly callId: string;
  readonly rule: 'empty_name' | 'unknown_tool' | 'unreadable_arguments' | 'invalid_arguments' | 'repeated_call';
  readonly detail: string;
}

export interface AnswerNote {
  readonly rule: 'unknown_url' | 'unknown_value' | 'other_script' | 'other_language';
  readonly detail: string;
}

/** Notes on calls, in the order of the calls; rows that list no tools leave unknown tools and arguments unjudged. */
export function callNotes(trajectory: Trajectory): CallNote[] {
  const tools = trajectory.tools === null ? null : new Map(trajectory.tools.map((tool) => [tool.name, tool]));
  const seen = new Set<string>();
  return answeredCalls(trajectory).flatMap((call) => {
    const key = `${call.name} ${call.arguments === null ? call.written : canonicalJson(call.arguments)}`;
    const note = brokenCall(call, tools) ?? (seen.has(key) ? ['repeated_call', 'the same call was made before'] : null);
    seen.add(key);
    return note === null ? [] : [{ callId: call.id, rule: note[0], detail: note[1] }];
  });
}

/** Ids of calls that are wrong by rule: no judge can call them right. */
export function brokenCalls(trajectory: Trajectory): ReadonlySet<string> {
  const broken = callNotes(trajectory).filter(({ rule }) => rule !== 'repeated_call');
  return new Set(broken.map(({ callId }) => callId));
}

/** Notes on the last answer; none when there is no answer. */
export function answerNotes(trajectory: Trajectory): AnswerNote[] {
  const answer = trajectory.messages[answerTurn(trajectory)]?.content;
  if (answer === undefined) return [];
  return [
    ...unknownUrls(trajectory, answer).map((url) => ({
      rule: 'unknown_url' as const,
      detail: `${url} stands nowhere in the conversation`,
    })),
    ...unknownValues(trajectory, answer).map((value) => ({
      rule: 'unknown_value' as const,
      detail: `${value} stands nowhere in the conversation`,
    })),
    ...otherLanguage(requestOf(trajectory), answer),
  ];
}

type Broken = readonly [CallNote['rule'], string];

type ToolsByName = ReadonlyMap<string, NonNullable<Trajectory['tools']>[number]>;

function brokenCall(call: Call, tools: ToolsByName | null): Broken | null {
  if (call.name.trim() === '') return ['empty_name', 'the call names no tool'];
  const tool = tools?.get(call.name);
  if (tools !== null && tool === undefined) return ['unknown_tool', `there is no tool "${call.name.slice(0, 80)}"`];
  if (call.arguments === null) return ['unreadable_arguments', 'the arguments are no JSON object'];
  const document = ToolDocument.safeParse(tool);
  if (!document.success) return null;
  const problems = argumentProblems(document.data, call.arguments);
  return problems.length === 0 ? null : ['invalid_arguments', problems.slice(0, 3).join('; ').slice(0, 300)];
}

const url = /https?:\/\/[^\s<>()[\]"'`，。；、）】]+/gu;

function unknownUrls(trajectory: Trajectory, answer: string): string[] {
  // Escaped slashes are how some tools print JSON.
  const known = saidBefore(trajectory).replaceAll('\\/', '/');
  const named = (answer.match(url) ?? []).map((text) => text.replace(/[.,;:!?*_]+$/, ''));
  return [...new Set(named)].filter((text) => !known.includes(text));
}

/** Latin letters: scripts without spaces would join an id with the words around it. */
const value = /[\p{Script=Latin}\d]+(?:[-_.:,/][\p{Script=Latin}\d]+)*/gu;
const mostValues = 5;

/** Ids and numbers of three and more characters. A sum is a new number too: this is a note and never a verdict. */
function unknownValues(trajectory: Trajectory, answer: string): string[] {
  const said = saidBefore(trajectory).toLowerCase();
  const numbers = new Set((said.match(value) ?? []).map(asNumber));
  const isKnown = (text: string): boolean =>
    said.includes(text.toLowerCase()) ||
    numbers.has(asNumber(text) ?? Number.NaN) ||
    // A date told in other words keeps its parts.
    (!/\p{L}/u.test(text) && text.split(/[-_.:,/]/).every((part) => numbers.has(asNumber(part))));
  const named = (answer.replaceAll(url, ' ').match(value) ?? []).filter((text) => text.length > 2 && /\d/.test(text));
  return [...new Set(named)].filter((text) => !isKnown(text)).slice(0, mostValues);
}

function asNumber(text: string): number | undefined {
  const plain = text.replaceAll(',', '');
  return /^\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

/** No judge sees the system prompt, but what stands there is not made up. */
function saidBefore({ messages }: Trajectory): string {
  return messages
    .slice(0, -1)
    .flatMap((one) => [one.content, ...(one.role === 'assistant' ? one.calls.map(({ written }) => written) : [])])
    .join('\n');
}

/** Languages can be told only from enough words, and names and code are often foreign: a note and never a verdict. */
function otherLanguage(request: string, answer: string): AnswerNote[] {
  const scripts = [mainScript(request), mainScript(answer)];
  if (!scripts.includes(undefined) && scripts[0] !== scripts[1])
    return [
      {
        rule: 'other_script',
        detail: `the request is written mostly in ${scripts[0]} letters, the answer in ${scripts[1]}`,
      },
    ];
  const [asked, given] = [proseLanguage(request), proseLanguage(answer)];
  if (asked === undefined || given === undefined || asked === given) return [];
  return [
    { rule: 'other_language', detail: `by its small words the request is in "${asked}", the answer in "${given}"` },
  ];
}

function mainScript(text: string): string | undefined {
  const prose = text.replaceAll(url, ' ').replaceAll(/`[^`]*`/g, ' ');
  const counts = [...countScripts(prose)].sort((a, b) => b[1] - a[1]);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const [first] = counts;
  return first !== undefined && total >= 20 && first[1] / total > 0.8 ? first[0] : undefined;
}
