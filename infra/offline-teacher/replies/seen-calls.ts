/** The calls of a shown conversation, each with its result and with everything that was said before it. */
import { datesIn, parseDate } from '../../../src/domain/answer/calendar-date.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { isTransient, saysError } from '../agent/talk.ts';
import { asList, asObject, asText, isObject, parseJson } from '../json-text.ts';

export interface SeenCall {
  readonly id: string;
  readonly name: string;
  readonly written: string;
  readonly result: string;
  /** Messages before the turn, and results of its own turn are not among them. */
  readonly before: string;
}

export function seenCalls(conversation: Json | undefined): SeenCall[] {
  const messages = asList(conversation).map(asObject);
  const results = new Map(messages.map((one) => [asText(one['call_id']), asText(one['content'])]));
  return messages.flatMap((message, at) =>
    asList(message['calls'])
      .map(asObject)
      .map((call) => readCall(call, { results, before: textOf(messages.slice(0, at)) })),
  );
}

export function readCall(
  call: JsonObject,
  { results, before }: { results: ReadonlyMap<string, string>; before: string },
): SeenCall {
  const id = asText(call['call_id']);
  const written = asText(call['arguments']);
  return { id, name: asText(call['name']), written, result: results.get(id) ?? '', before };
}

/** All that was said and done in some messages. */
export function textOf(messages: readonly JsonObject[]): string {
  const told = messages.flatMap((message) => [
    asText(message['content']),
    ...asList(message['calls']).map((call) => asText(asObject(call)['arguments'])),
  ]);
  return told.join('\n');
}

export interface ArgumentSource {
  readonly path: string;
  readonly source: 'the user or an earlier result' | 'a default of the tool' | 'invented';
}

/** Where the values of a call come from; a text or number that stands nowhere before it is invented. */
export function argumentSources(call: SeenCall, tools: Json | undefined): ArgumentSource[] {
  const tool = asList(tools)
    .map(asObject)
    .find((one) => asText(one['name']) === call.name);
  const document = JSON.stringify(tool ?? {}).toLowerCase();
  const said = call.before.replace(/\\(["\\/])/g, '$1').toLowerCase();
  return Object.entries(asObject(parseJson(call.written))).map(([path, value]): ArgumentSource => {
    const leaves = leavesOf(value).filter((leaf) => leaf.length > 1);
    if (leaves.every((leaf) => stands(leaf, said))) return { path, source: 'the user or an earlier result' };
    const allowed = leaves.every((leaf) => stands(leaf, said) || stands(leaf, document));
    return { path, source: allowed ? 'a default of the tool' : 'invented' };
  });
}

function leavesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => leavesOf(item));
  if (isObject(value)) return Object.values(value).flatMap(leavesOf);
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}

/** Whole, as the same day in other words, or piece by piece: a path is put together from a folder and a name. */
function stands(leaf: string, said: string): boolean {
  const text = leaf.toLowerCase().trim();
  if (said.includes(text)) return true;
  const day = parseDate(leaf);
  if (day !== undefined && datesIn(said).includes(day)) return true;
  const pieces = text.split(/[/\\,;\n]+|\s{2,}/).filter((piece) => piece.trim() !== '');
  return pieces.length > 1 && pieces.every((piece) => said.includes(piece.trim()));
}

/** True for the second and later of equal calls, unless the one before failed in a way that passes. */
export function isNeedlessRepeat(call: SeenCall, earlier: readonly SeenCall[]): boolean {
  const last = earlier.findLast(({ name, written }) => name === call.name && written === call.written);
  return last !== undefined && !isTransient(last.result);
}

/** Whole texts that say so, and short ones that mention it. */
export function isFailure(text: string): boolean {
  return saysError(text) || (text.length < 160 && /\b(error|exception|traceback|failed|timed out)\b/i.test(text));
}
