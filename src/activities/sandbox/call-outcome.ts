import type { Json } from '../../domain/json.ts';
import type { CallResult, CallUsage, FailedStatus, ToolError } from './contract.ts';
import type { ResolvedOptions } from './limits.ts';
import { parseStrictJson } from './strict-json.ts';
import type { CallEnd } from './zygote-frames.ts';

/** What a call's process wrote: a head that names the outcome, and a body (value as JSON, or bytecode). */
export type ResultFrame = {
  kind: string;
  error: ToolError;
  stdout: string;
  loadStdout: string;
  body: Buffer;
  /** All of the head, for what only some requests are answered with. */
  fields: ReadonlyMap<string, unknown>;
};

const noUsage: CallUsage = { cpuMs: 0, wallMs: 0, maxRssKb: 0 };
const signals = { kill: 9, cpuTime: 24 };
const statusOfKind = new Map<string, FailedStatus>([
  ['raised', 'tool_error'],
  ['memory', 'memory'],
  ['bad_value', 'bad_result'],
  ['output', 'output_limit'],
]);

/** Turns the end of a process into a result. Only a clean end with one strict JSON value is `ok`. */
export function outcome(end: CallEnd, limits: ResolvedOptions): CallResult {
  const usage = { cpuMs: end.cpuMs, wallMs: end.wallMs, maxRssKb: end.maxRssKb };
  const broken = brokenOff(end, limits);
  if (broken) return failed(...broken, { usage });
  const frame = readResultFrame(end.output);
  if (end.exitCode !== 0 || !frame) {
    return failed('bad_result', `the process ended by itself (code ${end.exitCode}) without a value`, { usage });
  }
  return verdict(frame, usage);
}

/** The result that a complete frame stands for. */
export function verdict(frame: ResultFrame, usage: CallUsage): CallResult {
  const printed = { usage, stdout: frame.stdout, loadStdout: frame.loadStdout };
  if (frame.kind === 'ok') return returned(frame.body, printed);
  const status = statusOfKind.get(frame.kind) ?? 'bad_result';
  if (status === 'tool_error' || status === 'memory') return { status, error: frame.error, ...printed };
  return failed(status, frame.error.message, printed);
}

type Printed = { usage: CallUsage; stdout?: string; loadStdout?: string };
const typeOfStatus: Record<FailedStatus, string> = {
  tool_error: 'ToolError',
  timeout: 'Timeout',
  memory: 'MemoryError',
  output_limit: 'OutputLimit',
  crash: 'Crash',
  bad_result: 'BadResult',
  infra: 'Infra',
};

/** A failed result with the sandbox's own words. */
export function failed(status: FailedStatus, message: string, printed: Printed = { usage: noUsage }): CallResult {
  return { stdout: '', loadStdout: '', ...printed, status, error: { type: typeOfStatus[status], message } };
}

/** A result for a call that never started because the tool, or the call of it, is at fault. */
export function refusedCall(error: ToolError): CallResult {
  return { status: 'tool_error', error, stdout: '', loadStdout: '', usage: noUsage };
}

/** Why the process did not end by itself, or undefined when it did. */
export function brokenOff(end: CallEnd, limits: ResolvedOptions): [FailedStatus, string] | undefined {
  const cpu = `the call used more than ${limits.cpuMs} ms of CPU time`;
  if (end.stoppedFor === 'cpu' || end.signal === signals.cpuTime) return ['timeout', cpu];
  if (end.stoppedFor === 'wall') return ['timeout', `the call took more than ${limits.wallMs} ms`];
  if (end.stoppedFor === 'output') return ['output_limit', `the call wrote more than ${limits.outKb} KiB`];
  if (end.stoppedFor === 'gone') return ['infra', 'the process that was to make the call was gone'];
  if (end.signal === signals.kill) {
    return end.cpuMs >= limits.cpuMs ? ['timeout', cpu] : ['infra', 'the host killed the process of the call'];
  }
  return end.signal === 0 ? undefined : ['crash', `the process of the call was ended by signal ${end.signal}`];
}

/** Reads what the process wrote, all of it untrusted; undefined when it is not one complete frame. */
export function readResultFrame(output: Buffer): ResultFrame | undefined {
  if (output.length < 4) return undefined;
  const headEnd = 4 + output.readUInt32LE(0);
  if (output.length < headEnd) return undefined;
  const head = parsed(decoded(output.subarray(4, headEnd)) ?? '');
  if (head === undefined || head === null || typeof head !== 'object' || Array.isArray(head)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(head));
  const text = (key: string) => {
    const value = fields.get(key);
    return typeof value === 'string' ? value : '';
  };
  return {
    kind: text('kind'),
    error: { type: text('type'), message: text('message') },
    stdout: text('out'),
    loadStdout: text('load'),
    body: output.subarray(headEnd),
    fields,
  };
}

function returned(body: Buffer, printed: Printed & { stdout: string; loadStdout: string }): CallResult {
  const canonical = decoded(body);
  const value = canonical === undefined ? undefined : parsed(canonical);
  if (canonical === undefined || value === undefined) {
    return failed('bad_result', 'the result is not one strict JSON value', printed);
  }
  return { status: 'ok', value, canonical, ...printed };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    // Not UTF-8: the caller says what that means.
    return undefined;
  }
}

function parsed(text: string): Json | undefined {
  try {
    return parseStrictJson(text);
  } catch {
    // Not JSON or too deep: the caller says what that means.
    return undefined;
  }
}
