/** The arguments of a call: what the user quoted, what earlier calls brought, what the schema leaves no choice about. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import { fromEarlier, isReference, type KnownValue } from './known-values.ts';
import { coerced, labelFit, matchLabels } from './label-match.ts';
import { plausibleValue } from './plausible.ts';
import type { Part, QuotedValue } from './request-text.ts';
import { innerFields, type Parameter, type Tool, withInnerFields } from './tool-facts.ts';

export interface Materials {
  /** The part of the request that the call is for. */
  readonly part: Part | undefined;
  /** Values that belong to no other call: those of answers first, then of what was only mentioned. */
  readonly others: readonly QuotedValue[];
  readonly answers: readonly string[];
  readonly known: readonly KnownValue[];
  readonly rng: Rng;
}

export interface Filled {
  readonly args: JsonObject;
  /** True when a value comes from an earlier call. */
  readonly rests: boolean;
  /** Required parameters that nothing gives a value for. */
  readonly missing: readonly Parameter[];
}

type Source = { readonly value: Json; readonly rests: boolean } | undefined;

/** Fills all required parameters as far as possible, and optional ones that the user named. */
export function fillCall(tool: Tool, materials: Materials): Filled {
  // Inner fields take part, so that their values are not given to a parameter that half its words name.
  const given = matchLabels(withInnerFields(tool.parameters), materials.part?.values ?? []);
  const args: { [name: string]: Json } = {};
  const missing: Parameter[] = [];
  let rests = false;
  for (const parameter of tool.parameters) {
    const source = sourceOf(parameter, tool, { ...materials, given });
    if (source === undefined) {
      if (parameter.required) missing.push(parameter);
      continue;
    }
    args[parameter.name] = source.value;
    rests ||= source.rests;
  }
  return withLeftover(tool, materials, { args, rests, missing });
}

interface Given extends Materials {
  readonly given: ReadonlyMap<string, Json>;
}

function sourceOf(parameter: Parameter, tool: Tool, materials: Given): Source {
  const quoted = materials.given.get(parameter.name);
  if (quoted !== undefined) return direct(quoted);
  if (!parameter.required) return undefined;
  const listed = mentionedMember(parameter, materials.part);
  if (listed !== undefined) return direct(listed);
  const own = elsewhere(parameter, materials);
  const earlier = fromEarlier(parameter, materials.known);
  // What the user said of this very thing counts more than what some call brought; of references the calls know better.
  if (own !== undefined && !(isReference(parameter) && earlier !== undefined)) return direct(own);
  if (earlier !== undefined) return { value: asFolder(typed(earlier, parameter.schema), tool), rests: true };
  return fromSchema(parameter, tool, materials);
}

const direct = (value: Json): Source => ({ value, rests: false });

function typed(value: Json, schema: JsonObject): Json {
  if (Array.isArray(value)) return value.map((item: Json) => typed(item, asObject(schema['items'])));
  if (schema['type'] === 'string') return asText(value);
  return typeof value === 'string' ? (coerced(value, schema) ?? value) : value;
}

/** A tool that looks into folders gets the folder of a file that an earlier call named. */
function asFolder(value: Json, { nouns }: Tool): Json {
  const wantsFolder = nouns.some((noun) => noun === 'directory' || noun === 'folder' || noun === 'tree');
  if (!wantsFolder || typeof value !== 'string' || !/\.\w{1,5}$/.test(value)) return value;
  return value.includes('/') ? value.replace(/\/[^/]*$/, '') : '.';
}

function mentionedMember({ schema }: Parameter, part: Part | undefined): Json | undefined {
  const members = asList(schema['enum']);
  const text = ` ${part?.text.toLowerCase() ?? ''} `;
  const found = members.find((one) => text.includes(` ${asText(one).toLowerCase()} `));
  return found ?? (members.length > 0 ? (schema['default'] ?? members[0]) : undefined);
}

/** A value that an answer, or what was only mentioned, has under exactly this name. */
function elsewhere(parameter: Parameter, { others, answers }: Materials): Json | undefined {
  const fits = others.filter(({ label }) => labelFit(parameter, label) >= 1);
  const quoted = fits.map(({ text }) => coerced(text, parameter.schema)).find((value) => value !== undefined);
  if (quoted !== undefined) return quoted;
  // An answer without quotes: "The city is Lisbon."
  const bare = answers
    .map((text) => /(?:\bis|[:：是])\s*([^\n]+?)[.。]?\s*$/u.exec(text)?.[1])
    .find((text) => text !== undefined);
  return bare === undefined ? undefined : coerced(bare.replace(/^["“]|["”]$/gu, ''), parameter.schema);
}

const HARMLESS =
  /^(?:limit|count|page|size|format|encoding|mode|depth|width|height|language|branch type|context lines|max results|delimiter)$/;

function fromSchema(parameter: Parameter, tool: Tool, materials: Materials): Source {
  const { schema, words } = parameter;
  if (schema['default'] !== undefined) return direct(schema['default']);
  if (schema['const'] !== undefined) return direct(schema['const']);
  const type = asText(schema['type']);
  if (type === 'boolean') return direct(false);
  if (type === 'array' || type === 'object') return composed(parameter, tool, materials);
  if (HARMLESS.test(words.join(' '))) return direct(plausibleValue(parameter, tool, materials.rng));
  return undefined;
}

/** A list or an object out of the quoted values of its inner fields; nothing when the user named none of them. */
function composed(parameter: Parameter, tool: Tool, { part, rng }: Materials): Source {
  const isList = parameter.schema['type'] === 'array';
  const fields = innerFields(parameter);
  const given = matchLabels(fields, part?.values ?? []);
  if (given.size === 0) return undefined;
  const kept = fields.filter(({ name, required }) => required || given.has(name));
  const value = Object.fromEntries(
    kept.map((field) => [field.name, given.get(field.name) ?? plausibleValue(field, tool, rng)]),
  );
  return direct(isList ? [value] : value);
}

/** One parameter is left and one value: they belong together whatever the words say. */
function withLeftover(tool: Tool, materials: Materials, filled: Filled): Filled {
  const [first, ...more] = filled.missing;
  if (first === undefined) return filled;
  const used = Object.values(filled.args).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const values = (materials.part?.values ?? []).filter(({ text }) => used.every((one) => !one.includes(text)));
  const candidates =
    isReference(first) && !/path|file|table|name/.test(first.name) && values.length !== 1 ? [] : values;
  const value =
    candidates.map(({ text }) => coerced(text, first.schema)).find((one) => one !== undefined) ??
    natural(first, materials);
  if (value === undefined) return filled;
  const next = { ...filled, args: { ...filled.args, [first.name]: value }, missing: more };
  return more.length === 0 ? inOrder(tool, next) : withLeftover(tool, materials, next);
}

/** Without any quoted value, names, numbers and dates of the sentence are its values. */
function natural(parameter: Parameter, { part, others }: Materials): Json | undefined {
  if (part === undefined || isReference(parameter) || others.length + part.values.length > 0) return undefined;
  const { schema, words } = parameter;
  const found = keyPhrases(part.text);
  const type = asText(schema['type']);
  if (type === 'number' || type === 'integer') return firstNumber(found.numbers, schema);
  if (type !== '' && type !== 'string') return undefined;
  // The first word of a sentence has a capital whatever it means.
  const names = found.names.filter((name) => !part.text.startsWith(name));
  return words.includes('date') ? found.dates[0] : [...names, ...found.codes][0];
}

function firstNumber(numbers: readonly string[], schema: JsonObject): Json | undefined {
  return numbers.map((text) => coerced(text, schema)).find((one) => one !== undefined);
}

function inOrder(tool: Tool, filled: Filled): Filled {
  const entries = tool.parameters.flatMap(({ name }) => {
    const value = filled.args[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...filled, args: Object.fromEntries(entries) };
}
