/** A family of small worlds with state: what the three writers of an environment with state know how to write. */
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';

/** What a design says, as the blocks of the prompts show it. */
export interface World {
  readonly task: string;
  readonly tools: readonly JsonObject[];
  readonly state_schema: JsonObject;
  readonly initial_state: JsonObject;
}

/** A gold plan; amounts are whole numbers, so that the module's arithmetic has the same results. */
export interface GoldPlan {
  readonly calls: readonly { readonly name: string; readonly arguments: JsonObject }[];
  readonly goal: readonly { readonly path: readonly string[]; readonly equals: string | number | boolean | null }[];
  readonly answers: readonly { readonly call: number; readonly answer: number }[];
}

export interface Family {
  /** Scenarios that ask for it. */
  readonly wanted: RegExp;
  /** A tool that no other family has: documents are recognised by it. */
  readonly mark: string;
  world(rng: Rng): World;
  /** The solution, read from the task; undefined for a task of another make. */
  plan(task: string, state: JsonObject): GoldPlan | undefined;
  /** Functions of the module, without STATE. */
  readonly functions: string;
  /** A line of the functions that changes STATE as the gold plan needs it, and one that refuses a wrong argument. */
  readonly effect: string;
  readonly check: string;
}

const kinds = { text: 'string', whole: 'integer' } as const;

export interface ParameterSpec {
  readonly kind: keyof typeof kinds;
  readonly means: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A document whose parameters are all required. */
export function toolOf(
  name: string,
  description: string,
  { parameters, returns }: { parameters: Readonly<Record<string, ParameterSpec>>; returns: JsonObject },
): JsonObject {
  const properties = Object.entries(parameters).map(([key, { kind, means, ...rest }]) => [
    key,
    { type: kinds[kind], description: means, ...rest },
  ]);
  return {
    name,
    description,
    parameters: { type: 'object', properties: Object.fromEntries(properties), required: Object.keys(parameters) },
    returns,
  };
}

/** The schema of a STATE whose top-level fields are objects keyed by id. */
export function stateOf(fields: Readonly<Record<string, string>>): JsonObject {
  const properties = Object.entries(fields).map(([key, description]) => [key, { type: 'object', description }]);
  return { type: 'object', properties: Object.fromEntries(properties), required: Object.keys(fields) };
}

/** Checks that every module needs. */
export const commonChecks = `

def fail(message):
    raise ValueError(message)


def text(name, value):
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{name} must be text")
    return value


def whole(name, value, low, high):
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number")
    if not low <= value <= high:
        fail(f"{name} must be from {low} to {high}")
    return value


def entry(table, name, value):
    if text(name, value) not in STATE[table]:
        raise KeyError(f"{name}: {table} has no such entry")
    return STATE[table][value]


def next_id(table, prefix):
    numbers = [int(key[len(prefix):]) for key in STATE[table]]
    return f"{prefix}{max(numbers, default=0) + 1}"
`;
