/**
 * What code can say of a conversation before a judge is asked (method §7.5): broken calls, repeated calls, addresses that
 * stand nowhere. A broken call is wrong whatever a judge thinks of it; the rest is shown to the judges as a note.
 */
import { argumentProblems } from '../environment/argument-check.ts';
import { ToolDocument } from '../environment/schema.ts';
import { canonicalJson } from '../ids.ts';
import { countScripts } from '../text/language.ts';
import type { Call, Trajectory } from '../trajectory/schema.ts';
import { answeredCalls, answerTurn, requestOf } from './parts.ts';

export interface CallNote {
  readonly callId: string;
  readonly rule: 'empty_name' | 'unknown_tool' | 'unreadable_arguments' | 'invalid_arguments' | 'repeated_call';
  readonly detail: string;
}

export interface AnswerNote {
  readonly rule: 'unknown_url' | 'other_script';
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
  const other = otherScript(requestOf(trajectory), answer);
  return [
    ...unknownUrls(trajectory, answer).map((url) => ({
      rule: 'unknown_url' as const,
      detail: `${url} stands nowhere in the conversation`,
    })),
    ...(other === undefined ? [] : [{ rule: 'other_script' as const, detail: other }]),
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

function unknownUrls({ messages }: Trajectory, answer: string): string[] {
  // No judge sees the system prompt, but an address that stands there is not made up.
  const said = messages
    .slice(0, -1)
    .flatMap((one) => [one.content, ...(one.role === 'assistant' ? one.calls.map(({ written }) => written) : [])]);
  // Escaped slashes are how some tools print JSON.
  const known = said.join('\n').replaceAll('\\/', '/');
  const named = (answer.match(url) ?? []).map((text) => text.replace(/[.,;:!?*_]+$/, ''));
  return [...new Set(named)].filter((text) => !known.includes(text));
}

/** Only the script is certain, so this is a note and never a verdict: names and code are often foreign. */
function otherScript(request: string, answer: string): string | undefined {
  const [asked, given] = [mainScript(request), mainScript(answer)];
  if (asked === undefined || given === undefined || asked === given) return undefined;
  return `the request is written mostly in ${asked} letters, the answer in ${given}`;
}

function mainScript(text: string): string | undefined {
  const prose = text.replaceAll(url, ' ').replaceAll(/`[^`]*`/g, ' ');
  const counts = [...countScripts(prose)].sort((a, b) => b[1] - a[1]);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const [first] = counts;
  return first !== undefined && total >= 20 && first[1] / total > 0.8 ? first[0] : undefined;
}
