/**
 * May a tool be asked what the agent wrote (method §5.1)? Names and arguments are held against what the agent was shown
 * before anything is called; the original called with wrong types and missing values, and its emulator made them succeed.
 */
import type { ArgumentValidator } from '../environment/argument-check.ts';
import { ToolDocument } from '../environment/schema.ts';
import type { JsonObject } from '../json.ts';
import type { CallProblem } from './schema.ts';

export interface WrittenCall {
  readonly name: string;
  /** As the model wrote them. */
  readonly arguments: string;
}

export interface ShownFunction {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
}

export type ReadCall =
  | { readonly ok: true; readonly request: { readonly name: string; readonly arguments: JsonObject } }
  | {
      readonly ok: false;
      readonly problem: CallProblem;
      /** Sentences for the agent, most important first. */
      readonly details: readonly string[];
    };

/** The request, or the first problem; some endpoints write nothing at all for a call without arguments. */
export function readCall(call: WrittenCall, tools: readonly ShownFunction[], validate: ArgumentValidator): ReadCall {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return { ok: false, problem: 'unknown_tool', details: [] };
  const args = parseArguments(call.arguments);
  if (args === undefined) return { ok: false, problem: 'arguments_unreadable', details: [] };
  const document = ToolDocument.safeParse(tool);
  const problems = document.success ? validate(document.data, args) : [document.error.message];
  if (problems.length > 0) return { ok: false, problem: 'arguments_invalid', details: problems.slice(0, 5) };
  return { ok: true, request: { name: call.name, arguments: args } };
}

/** Anything but a JSON object is not readable. */
function parseArguments(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    // What JSON.parse returns is JSON; this one is an object.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
