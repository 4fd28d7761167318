/** A kind of sub-question: how it is asked, what it yields, and how a tool answers it. */
import type { Json } from '../../../src/domain/json.ts';
import type { SlotType } from './slot-types.ts';

/** What a kind yields: a slot type when another question can start from it, else an end of the chain. */
export type OutType = SlotType | 'duration' | 'measure' | 'boolean' | 'list' | 'any';

export type Arguments = { readonly [name: string]: Json };

export interface Phrase {
  readonly en: string;
  readonly zh: string;
}

export interface Computation {
  /** The answer as the question's author prints it; undefined when the arguments make no sense. */
  answer(args: Arguments): string | number | undefined;
  /** Python lines that set `result` (and may `return fail(kind, message)`) from the parameters. */
  readonly python: readonly string[];
  /** Modules the lines need. */
  readonly imports?: readonly string[];
  /** Unit of the result: a literal or the name of a parameter. */
  readonly unit?: { readonly literal: string } | { readonly parameter: string };
}

export interface Kind {
  readonly id: string;
  /** Of the compact profile: read in every question, asked by that profile alone. */
  readonly compact?: true;
  readonly out: OutType;
  /** Slot name to its type, in the order of the parameters. */
  readonly slots: { readonly [name: string]: SlotType };
  /** Noun phrase with {slot} placeholders: "the registration code of {organisation}". */
  readonly phrase: Phrase;
  /** The same without values, for descriptions: "the registration code of an organisation". */
  readonly title: Phrase;
  /** Names a tool for it may have. */
  readonly toolNames: readonly string[];
  /** Absent: looked up in a table. */
  readonly compute?: Computation;
  /** Only compares or restates given values: needs no tool, nothing may depend on it. */
  readonly leafOnly?: boolean;
}

/** A Python expression: `value` rounded to two decimals, halves up. */
export const ROUND = 'math.floor(value * 100 + 0.5 + 1e-7) / 100';

/** The same here. */
export function cents(value: number): number {
  return Math.floor(value * 100 + 0.5 + 1e-7) / 100;
}

/** A number argument; NaN for anything else. */
export function numberArgument(args: Arguments, name: string): number {
  const value = args[name];
  return typeof value === 'number' ? value : Number.NaN;
}

/** A list of numbers; empty for anything else. */
export function numbersArgument(args: Arguments, name: string): number[] {
  const value = args[name];
  return Array.isArray(value) ? value.map(Number) : [];
}
