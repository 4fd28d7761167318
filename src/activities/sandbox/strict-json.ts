import type { Json } from '../../domain/json.ts';
import type { ToolError } from './contract.ts';
import { maxJsonDepth } from './limits.ts';

/**
 * Why a value may not cross the sandbox, or undefined when it may: deeper than 200 levels (JSON.stringify would
 * overflow), numbers that JSON has no text for, text that is not well-formed Unicode or holds U+0000, and everything
 * that is not JSON at all. The child checks its result too; this check holds also when the child forged its frame.
 */
export function jsonFault(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null) return scalarFault(value);
  if (depth === maxJsonDepth) return `the value is nested deeper than ${maxJsonDepth} levels`;
  if (Array.isArray(value)) return arrayFault(value, depth);
  for (const [key, inner] of Object.entries(value)) {
    const fault = textFault(key) ?? jsonFault(inner, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function arrayFault(values: readonly unknown[], depth: number): string | undefined {
  for (const inner of values) {
    const fault = jsonFault(inner, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Why a function cannot be called with these arguments, or undefined when it can. */
export function argsFault(args: Json): ToolError | undefined {
  if (args === null || typeof args !== 'object' || Array.isArray(args)) {
    return { type: 'TypeError', message: 'the arguments must be one JSON object of keyword arguments' };
  }
  const fault = jsonFault(args);
  return fault === undefined
    ? undefined
    : { type: 'TypeError', message: `the arguments are not strict JSON: ${fault}` };
}

/** Parses one strict JSON text. Throws SyntaxError with the reason. */
export function parseStrictJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  const fault = jsonFault(value);
  if (fault !== undefined) throw new SyntaxError(fault);
  // `jsonFault` has just looked at every part of it.
  return value as Json;
}

function scalarFault(value: unknown): string | undefined {
  if (typeof value === 'string') return textFault(value);
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'a number is not finite';
  return value === null || typeof value === 'boolean' ? undefined : `${typeof value} is not a JSON type`;
}

function textFault(text: string): string | undefined {
  if (!text.isWellFormed()) return 'a text holds half of a surrogate pair';
  return text.includes('\0') ? 'a text holds the character U+0000' : undefined;
}
