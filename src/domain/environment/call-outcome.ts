/**
 * What one run of a tool says (ours; rules 5 to 9 of §8.4): a result, a structured error, or a crash.
 */
import { isErrorResult } from '../answer/leaves.ts';
import type { Json } from '../json.ts';
import { shorten } from './finding.ts';
import { asObject } from './schema-walk.ts';

/** What the rules read of a sandbox result; `ok` says only that a JSON value came out. */
export interface ObservedCall {
  readonly status: string;
  readonly value?: Json | undefined;
  /** JSON text with sorted keys. */
  readonly canonical?: string | undefined;
  readonly error?: { readonly type: string; readonly message: string } | undefined;
  readonly stdout: string;
  readonly loadStdout: string;
}

/** Exceptions that show a slip in the code instead of a check of its input. */
const slips = new Set(
  (
    'AttributeError NameError UnboundLocalError ImportError ModuleNotFoundError RecursionError SystemError MemoryError ' +
    'AssertionError SyntaxError IndentationError SystemExit NotImplementedError KeyboardInterrupt StopIteration'
  ).split(' '),
);

/** True for a value that reports an error instead of a result. */
export function isErrorValue(value: Json): boolean {
  if (typeof value === 'string') return /^\s*(error|invalid|exception)\b/i.test(value);
  if (isErrorResult(value)) return true;
  const fields = asObject(value) ?? {};
  const status = fields['status'];
  if (fields['success'] === false || fields['ok'] === false) return true;
  return typeof status === 'string' && /^(error|failed|failure)$/i.test(status);
}

/** The value of a run that gave a result; undefined for errors, crashes and limits. */
export function resultOf(run: ObservedCall): Json | undefined {
  return run.status === 'ok' && run.value !== undefined && !isErrorValue(run.value) ? run.value : undefined;
}

/** True for an error a caller can act on: an error value, or an exception with a message that the code meant to raise. */
export function isStructuredError(run: ObservedCall): boolean {
  if (run.status === 'ok') return run.value !== undefined && isErrorValue(run.value);
  if (run.status !== 'tool_error' || run.error === undefined) return false;
  return !slips.has(run.error.type) && run.error.message.trim() !== '';
}

/** One short sentence about a run, for people: it shows values. */
export function describeRun(run: ObservedCall): string {
  if (run.status === 'ok') return `returned ${shorten(run.canonical ?? 'nothing', 200)}`;
  return `ended with ${run.status}: ${shorten(`${run.error?.type}: ${run.error?.message}`, 200)}`;
}

/** The same for the implementation writer: nothing that could carry an argument. */
export function describeForWriter(run: ObservedCall): string {
  if (run.status === 'tool_error') return `raised ${run.error?.type ?? 'an exception'}`;
  if (run.status === 'timeout') return 'did not finish in time';
  if (run.status === 'bad_result') return 'gave no value that strict JSON can hold';
  if (run.status !== 'ok') return `ended with ${run.status}`;
  if (run.value !== undefined && isErrorValue(run.value)) return 'returned an error';
  return `returned ${kindOf(run.value ?? null)}`;
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length} items`;
  return typeof value === 'object' ? `an object of ${Object.keys(value).length} fields` : `a ${typeof value}`;
}
