/** A call that failed, made again: unchanged when the failure passes by itself, changed when the error shows how. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { rngOf } from '../draws.ts';
import { fillCall, type Materials } from './arguments.ts';
import { mendedArguments, toolToCallFirst } from './mend.ts';
import type { Progress } from './plan.ts';
import { isTransient, type PastCall, type Talk } from './talk.ts';
import type { Tool } from './tool-facts.ts';

export interface PlannedCall {
  readonly name: string;
  readonly args: JsonObject;
}

/** Attempts at one call: the first, and repeats after failures that pass. */
const mostAttempts = 3;

/** Undefined when nothing speaks for another attempt: then the answer says what failed. */
export function callAgain(
  { tool, attempts }: Progress,
  talk: Talk,
  { tools, materials }: { tools: readonly Tool[]; materials: () => Materials },
): PlannedCall | undefined {
  const last = attempts.at(-1);
  if (last === undefined || attempts.length >= mostAttempts) return undefined;
  if (isTransient(last.result)) return { name: last.name, args: last.args };
  if (attempts.filter(({ result }) => !isTransient(result)).length > 1) return undefined;
  const first = toolToCallFirst(last, tools);
  if (first !== undefined) return afterAnother(first, last, { talk, materials });
  const args = mendedArguments(tool, last, rngOf(`mend/${tool.name}`));
  return args === undefined ? undefined : { name: tool.name, args };
}

/** The tool that the error names, once; when it worked, the call itself again. */
function afterAnother(
  first: Tool,
  failed: PastCall,
  { talk, materials }: { talk: Talk; materials: () => Materials },
): PlannedCall | undefined {
  const since = talk.calls.slice(talk.calls.lastIndexOf(failed) + 1).filter(({ name }) => name === first.name);
  if (since.length > 0)
    return since.some((call) => !call.failed) ? { name: failed.name, args: failed.args } : undefined;
  const filled = fillCall(first, materials());
  return filled.missing.length === 0 ? { name: first.name, args: filled.args } : undefined;
}
