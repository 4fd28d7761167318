/**
 * Calls in the text of a turn (ours): the ChatML form of the trainer's contract, `<tool_call>{"name": …, "arguments":
 * {…}}</tool_call>`. What does not parse is a call as well, a malformed one: it counts, or a policy could try for free.
 */
import { asObject } from '../environment/schema-walk.ts';
import type { Json, JsonObject } from '../json.ts';

export type WrittenCall =
  | { readonly ok: true; readonly name: string; readonly arguments: JsonObject }
  | { readonly ok: false; readonly text: string; readonly problem: string };

export interface ReadTurn {
  /** Text outside of the calls. */
  readonly content: string;
  readonly calls: readonly WrittenCall[];
}

const open = '<tool_call>';
const close = '</tool_call>';

/** Reads a turn; a mark that is opened and never closed takes the rest of the text. */
export function readTurn(text: string): ReadTurn {
  const calls: WrittenCall[] = [];
  let content = '';
  let rest = text;
  for (;;) {
    const at = rest.indexOf(open);
    if (at < 0) return { content: (content + rest).trim(), calls };
    content += rest.slice(0, at);
    const end = rest.indexOf(close, at);
    const written = rest.slice(at + open.length, end < 0 ? undefined : end);
    calls.push(end < 0 ? fault(written, `${close} is missing`) : readCall(written));
    if (end < 0) return { content: content.trim(), calls };
    rest = rest.slice(end + close.length);
  }
}

function readCall(text: string): WrittenCall {
  let value: Json;
  try {
    value = JSON.parse(text) as Json; // what JSON.parse returns is Json by definition
  } catch {
    return fault(text, 'it is no JSON');
  }
  const call = asObject(value);
  const name = call?.['name'];
  const written = asObject(call?.['arguments']);
  if (typeof name !== 'string' || name === '') return fault(text, 'it has no "name"');
  return written === undefined ? fault(text, 'its "arguments" are no object') : { ok: true, name, arguments: written };
}

function fault(text: string, problem: string): WrittenCall {
  return { ok: false, text, problem };
}

/** What the policy reads when a call could not be made at all. */
export function refusalText(call: WrittenCall): string {
  return call.ok ? `error: there is no tool ${call.name}` : `error: the call cannot be read: ${call.problem}`;
}

/** Longest observation, in characters: a tool that returns a book would leave no room for the conversation. */
export const longestObservation = 2_000;

/** An observation as it is shown; what is cut is said. */
export function shownObservation(text: string): string {
  if (text.length <= longestObservation) return text;
  return `${text.slice(0, longestObservation)}… (${text.length - longestObservation} more characters)`;
}
