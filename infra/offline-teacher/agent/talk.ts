/** The history of a request as an agent sees it: who said what, which calls were made, and what came of each. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { recogniseError } from '../../../src/domain/tool-call/recognise-error.ts';
import { asList, asObject, asText, isObject, parseJson } from '../json-text.ts';
import { contentText } from '../message-text.ts';

export interface PastCall {
  readonly name: string;
  readonly args: JsonObject;
  readonly result: string;
  readonly failed: boolean;
}

export interface Talk {
  /** What the user said, the first request first; answers to questions of ours are kept apart. */
  readonly requests: readonly string[];
  readonly answers: readonly string[];
  /** In order, over all turns. */
  readonly calls: readonly PastCall[];
  /** Position in `calls` from which on they belong to the last request. */
  readonly lastStart: number;
  /** Our last word to the user; empty before the first. */
  readonly lastSaid: string;
  readonly endsWithResult: boolean;
}

/** Reads the messages; calls without a result count as failed, since nothing is known of them. */
export function readTalk(messages: readonly Json[]): Talk {
  const list = messages.map(asObject);
  const results = new Map(list.map((one) => [asText(one['tool_call_id']), contentText(one['content'])]));
  const [requests, answers, calls]: [string[], string[], PastCall[]] = [[], [], []];
  let [lastSaid, lastStart] = ['', 0];
  for (const message of list) {
    const text = contentText(message['content']).trim();
    if (message['role'] === 'user') {
      if (isQuestion(lastSaid)) answers.push(text);
      else {
        requests.push(text);
        lastStart = calls.length;
      }
      lastSaid = '';
    } else if (message['role'] === 'assistant') {
      const made = asList(message['tool_calls']).map(asObject);
      for (const call of made) calls.push(pastCall(call, results));
      if (made.length === 0) lastSaid = text;
    }
  }
  return { requests, answers, calls, lastStart, lastSaid, endsWithResult: list.at(-1)?.['role'] === 'tool' };
}

/** Texts of ours that wait for an answer end with a question mark. */
export function isQuestion(text: string): boolean {
  return /[?？؟]\s*$/u.test(text);
}

function pastCall(call: JsonObject, results: ReadonlyMap<string, string>): PastCall {
  const called = asObject(call['function']);
  const args = parseJson(asText(called['arguments']));
  const result = results.get(asText(call['id']));
  return {
    name: asText(called['name']),
    args: isObject(args) ? args : {},
    result: result ?? '',
    failed: result === undefined || saysError(result),
  };
}

/** An error by flag is not seen here: only its words are. */
export function saysError(text: string): boolean {
  return (
    recogniseError({ isError: undefined, text, structured: undefined }) !== null || OPENS_LIKE_ERROR.test(text.trim())
  );
}

const OPENS_LIKE_ERROR =
  /^(?:error\b|access denied|[a-z ]{0,40}not found\b|no such\b|invalid\b|cannot\b|could not\b|unknown (?:tool|id|branch)|rate limit exceeded|too many requests|(?:the )?request timed out|4\d\d |5\d\d |input validation error|\d+ validation error|fatal:)/i;

const TRANSIENT =
  /tim(?:ed|e)[ -]?out|timeout|temporarily|unavailable|rate limit|too many requests|\b(?:429|502|503|504)\b|connection (?:refused|reset|closed)|unreachable|try again|could not reach/i;

/** Failures that a repeat may mend. */
export function isTransient(text: string): boolean {
  return TRANSIENT.test(text) && !/validation|invalid argument/i.test(text);
}
