/**
 * Does a conversation tell the truth of a call (ours; method §10.2)? The recorded tool message is held against what the
 * call gives when it is made again. A difference is a finding for people: the reward follows the execution.
 */
import { isErrorValue, type ObservedCall, resultOf } from '../environment/call-outcome.ts';
import { shorten } from '../environment/finding.ts';
import { canonicalJson } from '../ids.ts';
import type { Json } from '../json.ts';

/** Undefined words are texts: a tool message that is no JSON stands for itself. Null when both say the same. */
export function recordedDifference(recorded: string, run: ObservedCall): string | null {
  const told = parse(recorded);
  const value = resultOf(run);
  if (value === undefined) {
    // Errors are worded by whoever caught them; that there was one is what counts.
    return isErrorValue(told) || /error|exception|traceback/i.test(recorded)
      ? null
      : `recorded ${shorten(recorded, 120)}; made again it ends with ${run.error?.type ?? 'an error value'}`;
  }
  const given = [value, ...(run.stdout === '' ? [] : [parse(run.stdout.trim())])];
  if (given.some((one) => canonicalJson(one) === canonicalJson(told))) return null;
  if (typeof value === 'string' && value.trim() === recorded.trim()) return null;
  return `recorded ${shorten(recorded, 120)}; made again it gives ${shorten(canonicalJson(value), 120)}`;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json; // what JSON.parse returns is Json by definition
  } catch {
    return text;
  }
}
