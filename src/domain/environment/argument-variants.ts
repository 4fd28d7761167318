/**
 * Other valid arguments for a tool (§8.4, rule 7): a tool that answers whatever it is given is found by what it returns
 * for these. The original runs one call only and so accepts a constant function. Every variant differs from the gold
 * call in values that the call itself gives: an optional parameter that merely changes the form of the result proves
 * nothing. Seeded: the same tool is always tried in the same way.
 */
import { canonicalJson } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import { pick, type Rng, shuffle } from '../random.ts';
import type { ArgumentValidator } from './argument-check.ts';
import type { CodeFacts } from './inspection/schema.ts';
import type { ToolCall, ToolDocument } from './schema.ts';
import { allowedValues, asObject, parameterSchemas, typeNames } from './schema-walk.ts';
import { isSame, recordAlternatives, tableValues } from './table-values.ts';

export interface VariantSource {
  readonly document: ToolDocument;
  readonly call: ToolCall;
  readonly facts: CodeFacts;
  readonly validate: ArgumentValidator;
}

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: Json;
  readonly schema: JsonObject;
}

const mostVariants = 24;
const perLeaf = 8;

/**
 * At most 24 distinct valid argument sets other than the call's own, the most promising first. Lazy: whether one is valid
 * is asked when it is taken, and mostly the first few are enough.
 */
export function* argumentVariants(source: VariantSource, rng: Rng): Generator<JsonObject> {
  let left = mostVariants;
  for (const variant of candidates(source, rng)) {
    if (source.validate(source.document, variant).length > 0) continue;
    yield variant;
    if (--left === 0) return;
  }
}

function candidates(source: VariantSource, rng: Rng): JsonObject[] {
  const args: JsonObject = source.call.arguments;
  const schemas = parameterSchemas(source.document);
  const leaves = Object.entries(args).flatMap(([name, value]) =>
    leavesBelow({ path: [name], value, schema: schemas.get(name) ?? {} }),
  );
  const choices = leaves.map((leaf) => ({ leaf, values: leafCandidates(leaf, source.facts, rng) }));
  const single = interleave(
    choices.map(({ leaf, values }) => values.slice(0, perLeaf).map((value) => replace(args, leaf.path, value))),
  );
  const joint = Array.from({ length: choices.length > 1 ? 8 : 0 }, () =>
    choices.reduce(
      (made, { leaf, values }) => (values.length === 0 ? made : replace(made, leaf.path, pick(rng, values))),
      args,
    ),
  );
  const records = shuffle(rng, recordAlternatives(source.facts, args)).slice(0, perLeaf);
  const shorter = Object.entries(args).flatMap(([name, value]) =>
    Array.isArray(value) && value.length > 1
      ? [
          { ...args, [name]: value.slice(0, -1) },
          { ...args, [name]: value.slice(1) },
        ]
      : [],
  );
  return distinct([...records, ...single, ...shorter, ...joint], args);
}

function leavesBelow(leaf: Leaf): Leaf[] {
  const { path, value, schema } = leaf;
  if (Array.isArray(value)) {
    const each = asObject(schema['items']) ?? {};
    return value.flatMap((item: Json, at) => leavesBelow({ path: [...path, at], value: item, schema: each }));
  }
  const fields = asObject(value);
  if (fields === undefined) return [leaf];
  const properties = asObject(schema['properties']) ?? {};
  return Object.entries(fields).flatMap(([name, item]) =>
    leavesBelow({ path: [...path, name], value: item, schema: asObject(properties[name]) ?? {} }),
  );
}

function leafCandidates({ value, schema }: Leaf, facts: CodeFacts, rng: Rng): Json[] {
  const members = allowedValues(schema);
  if (members !== undefined)
    return shuffle(
      rng,
      members.filter((member) => canonicalJson(member) !== canonicalJson(value)),
    );
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [...near(tableValues(facts, value), 'number'), ...otherNumbers(value, schema)];
  if (typeof value === 'string') return [...near(tableValues(facts, value), 'string'), ...otherTexts(value)];
  return [];
}

/** The first table values of a type: siblings stand first, the order of the table is kept. */
function near(values: readonly Json[], type: 'number' | 'string'): Json[] {
  return values
    .flatMap((value) => {
      if (typeof value === type) return [value];
      return type === 'string' && typeof value === 'number' ? [String(value)] : [];
    })
    .slice(0, perLeaf - 3);
}

function otherNumbers(value: number, schema: JsonObject): number[] {
  const whole = Number.isInteger(value) || typeNames(schema).includes('integer');
  const others = [value + 1, value * 2, value - 1, value + 10, value / 2, value * 10 + 3];
  return others
    .map((other) => (whole ? Math.round(other) : Number(other.toPrecision(12))))
    .filter((other) => other !== value);
}

function otherTexts(value: string): string[] {
  const date = /^(\d{4})-(\d{2})-(\d{2})(.*)$/s.exec(value);
  if (date !== null) return otherDates(date);
  const number = /\d+/.exec(value);
  const counted = number === null ? [] : [value.replace(number[0], String(Number(number[0]) + 1))];
  const letters = Array.from(value);
  const words = value.split(/\s+/);
  return [
    ...counted,
    ...(words.length > 1 ? [words.slice(1).join(' '), words.toReversed().join(' ')] : []),
    letters.toReversed().join(''),
    `${value}${value}`,
    `${value} and more`,
  ].filter((other) => !isSame(other, value) || other.length !== value.length);
}

function otherDates([, year = '', month = '', day = '', rest = '']: RegExpExecArray): string[] {
  const two = (part: number): string => String(part).padStart(2, '0');
  const nextDay = Number(day) < 28 ? Number(day) + 1 : 1;
  const nextMonth = (Number(month) % 12) + 1;
  return [
    `${year}-${month}-${two(nextDay)}${rest}`,
    `${year}-${two(nextMonth)}-${two(Math.min(Number(day), 28))}${rest}`,
    `${Number(year) + 1}-${month}-${two(Math.min(Number(day), 28))}${rest}`,
  ];
}

/** A copy of the arguments with one leaf replaced. */
export function replace(args: JsonObject, path: readonly (string | number)[], value: Json): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return args;
  // A path starts with a parameter's name and follows the value it was read from.
  return { ...args, [name]: replaceBelow(args[name] ?? null, rest, value) };
}

function replaceBelow(target: Json, path: readonly (string | number)[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(target))
    return target.map((item: Json, at) => (at === step ? replaceBelow(item, rest, value) : item));
  const fields = asObject(target) ?? {};
  return { ...fields, [step]: replaceBelow(fields[step] ?? null, rest, value) };
}

function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function distinct(variants: readonly JsonObject[], own: JsonObject): JsonObject[] {
  const byText = new Map(variants.map((variant) => [canonicalJson(variant), variant]));
  byText.delete(canonicalJson(own));
  return [...byText.values()];
}
