/**
 * Errors that a tool server does not flag (method §5.2: the original ignores even the flag). Measured on 34 real servers:
 * many leave `isError` out or always send false, and say it in the text or in the structure instead.
 * Ours, and by form only: short texts that open like a message of failure, and objects that say so of themselves. What a
 * long text quotes further down is content.
 */
import type { Json, JsonObject } from '../json.ts';

/** What of an answer says that it is one. */
export interface RawAnswer {
  readonly isError: boolean | undefined;
  readonly text: string;
  readonly structured: Json | undefined;
}

/** How an error was recognised; null for none. */
export function recogniseError({ isError, text, structured }: RawAnswer): 'flag' | 'structure' | 'text' | null {
  if (isError === true) return 'flag';
  const object = objectOf(structured) ?? objectOf(parsed(text));
  if (object === undefined) return readsAsFailure(text) ? 'text' : null;
  if (saysFailure(object)) return 'structure';
  return readsAsFailure(wrappedText(object)) ? 'text' : null;
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const wrapped = Object.keys(value).length === 1 ? value['result'] : undefined;
  // Frameworks wrap what a tool returns: the inner object is what it says.
  return objectOf(typeof wrapped === 'string' ? parsed(wrapped) : wrapped) ?? value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function parsed(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Json; // what JSON.parse gives is JSON
  } catch {
    return undefined;
  }
}

const failureWord =
  /^(?:error|failed|failure|not_found|denied|unauthorized|forbidden|invalid)$|_(?:error|failed|not_found|denied)$/i;
const payloadKeys = ['data', 'result', 'results', 'value'];

function saysFailure(object: JsonObject): boolean {
  const { success, ok } = object;
  if (success === true || ok === true) return false;
  if (success === false || ok === false || object['isError'] === true || object['is_error'] === true) return true;
  return hasFailedStatus(object) || bringsError(object);
}

/** A job may have failed without the question about it having failed: an error speaks, it does not describe a thing. */
function hasFailedStatus(object: JsonObject): boolean {
  const { status, error, message, detail } = object;
  const speaks = [error, message, detail].some((value) => typeof value === 'string' && value !== '');
  if (!speaks) return false;
  if (typeof status === 'number') return status >= 400 && status < 600;
  return typeof status === 'string' && Object.keys(object).length <= 4 && failureWord.test(status);
}

/** An error beside a payload tells of a part, and beside a verdict it is the verdict's reason. */
function bringsError(object: JsonObject): boolean {
  const { error, valid } = object;
  if (valid !== undefined || payloadKeys.some((key) => (object[key] ?? null) !== null)) return false;
  return typeof error === 'string' ? error.trim() !== '' : error === true || isObject(error);
}

function wrappedText({ result, ...rest }: JsonObject): string {
  return Object.keys(rest).length === 0 && typeof result === 'string' ? result : '';
}

/** How messages of failure begin, whatever their length. */
const openings: readonly RegExp[] = [
  /^(?:[\w.]+ ){0,3}(?:error|exception)(?: (?:for|occurred|in|while|during|when|code|[a-z]+ing)\b[^\n:]{0,80}| [A-Z0-9_]{3,})? ?(?:[:!]|- )/i,
  /^(?:MCP error -\d+|\d+ validation errors? for|\[?error\])/i,
  /^(?:failed|unable|failure) (?:to|at|in|while)\b/i,
  /^[错錯][误誤]/u,
  /^[A-Z]\w*(?:Error|Exception)\b ?[:(]/,
  /^Traceback \(most recent call last\)/,
  /^E(?:NOENT|ACCES|PERM|EXIST|ISDIR|NOTDIR|INVAL)\b/,
  /^(?:access|permission) (?:is |was )?denied\b/i,
  /^(?:HTTP )?[45]\d\d [A-Z][a-z]+/,
];
/** How short ones are worded: a single line of moderate length. */
const wordings: readonly RegExp[] = [
  /^(?:could not|couldn't|cannot|can't|unauthori[sz]ed|forbidden)\b/i,
  /^(?:invalid|unknown|unsupported|unrecogni[sz]ed|no such|illegal|bad request|missing (?:required|parameter|argument))\b/i,
  /^(?:you )?must (?:provide|specify|be|have)\b/i,
  /\b(?:does not exist|doesn't exist|not found|out of range|out of bounds|already exists|is not allowed|is required|not supported)\b/i,
  /[错錯][误誤]|找不到|未找到/u,
];
const longestSentence = 400;

function readsAsFailure(text: string): boolean {
  const words = text.trim().replace(/^[^\p{L}\p{N}[]+/u, '');
  if (openings.some((opening) => opening.test(words))) return true;
  const [line = '', ...more] = words.split('\n');
  if (line.length > longestSentence || more.some((rest) => rest.trim() !== '' && words.length > longestSentence))
    return false;
  return wordings.some((wording) => wording.test(line));
}
