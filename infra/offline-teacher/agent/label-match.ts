/** Which quoted value is meant for which parameter: by the words that stand before the value. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { asList, asText, isObject, parseJson } from '../json-text.ts';
import type { QuotedValue } from './request-text.ts';
import type { Parameter } from './tool-facts.ts';
import { meaningfulStems, stem } from './words.ts';

type Named = Pick<Parameter, 'name' | 'words' | 'description' | 'schema'>;

/** Values by parameter name, best fits first; each value is used once, lists take all values of their label. */
export function matchLabels(parameters: readonly Named[], values: readonly QuotedValue[]): Map<string, Json> {
  const pairs = parameters
    .flatMap((parameter) =>
      values.map((value, at) => ({ parameter, value, at, score: labelFit(parameter, value.label) })),
    )
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score || a.at - b.at);
  const found = new Map<string, Json>();
  const used = new Set<number>();
  for (const { parameter, value, at } of pairs) {
    if (used.has(at)) continue;
    const typed = coerced(value.text, parameter.schema);
    const before = found.get(parameter.name);
    if (typed === undefined || (before !== undefined && !(Array.isArray(before) && Array.isArray(typed)))) continue;
    // Lists grow: `files "a" and "b"`.
    found.set(parameter.name, Array.isArray(before) ? [...before, ...asList(typed)] : typed);
    used.add(at);
  }
  return found;
}

/** How well the words before a value name a parameter: 1 and more when all words of its name stand there. */
export function labelFit({ words, description }: Named, label: readonly string[]): number {
  const stems = words.map(stem);
  const shared = stems.filter((word) => label.includes(word)).length;
  const last = label.at(-1);
  const near = last !== undefined && stems.includes(last) ? 0.2 : 0;
  const said = meaningfulStems(description);
  const told = label.filter((word) => said.includes(word)).length / Math.max(label.length, 1);
  return shared / Math.max(stems.length, 1) + near + 0.3 * told;
}

/** The text as a value of the schema's type, or undefined when it is none. */
export function coerced(text: string, schema: JsonObject): Json | undefined {
  const members = asList(schema['enum']);
  if (members.length > 0) return members.find((one) => asText(one).toLowerCase() === text.trim().toLowerCase());
  return (COERCE[asText(schema['type'])] ?? plainText)(text, schema);
}

type Coerce = (text: string, schema: JsonObject) => Json | undefined;

const plainText: Coerce = (text) => text;

const toNumber: Coerce = (text, schema) => {
  const value = Number(
    text
      .trim()
      .replace(/(\d),(?=\d{3}\b)/g, '$1')
      .replace(/[%€$£]/g, ''),
  );
  if (text.trim() === '' || !Number.isFinite(value)) return undefined;
  return schema['type'] === 'integer' && !Number.isInteger(value) ? undefined : value;
};

const COERCE: { readonly [type: string]: Coerce } = {
  integer: toNumber,
  number: toNumber,
  boolean: (text) =>
    /^(?:true|yes|on|是)$/i.test(text.trim()) ? true : /^(?:false|no|off|否)$/i.test(text.trim()) ? false : undefined,
  object: (text) => {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  },
  array: (text, schema) => {
    const value = parseJson(text);
    if (Array.isArray(value)) return value as Json; // parsed from JSON
    const items = schema['items'];
    const inner = isObject(items) ? items : {};
    const parts = inner['type'] === 'string' || inner['type'] === undefined ? text.split(/,\s*|\s+and\s+|、/) : [text];
    return listOf(parts.map((part) => (inner['type'] === 'object' ? wrapped(part, inner) : coerced(part, inner))));
  },
};

function listOf(items: readonly (Json | undefined)[]): Json | undefined {
  const kept = items.filter((item) => item !== undefined);
  return kept.length === items.length && kept.length > 0 ? kept : undefined;
}

/** One text where an object is wanted: it is what names that object. Only when nothing else is required. */
function wrapped(text: string, schema: JsonObject): Json | undefined {
  const value = parseJson(text);
  if (isObject(value)) return value;
  const required = asList(schema['required']).map(asText);
  return required.length === 1 ? { [required[0] ?? 'name']: text } : undefined;
}
