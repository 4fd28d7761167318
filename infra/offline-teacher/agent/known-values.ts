/** Values that earlier calls brought: by the name they were given and by the thing they belong to. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import { asObject, asText, isObject, parseJson } from '../json-text.ts';
import type { PastCall } from './talk.ts';
import type { Parameter, Tool } from './tool-facts.ts';
import { singular } from './words.ts';

export interface KnownValue {
  /** Words of the field's name, singular. */
  readonly words: readonly string[];
  /** Words of what holds it, and of the tool that gave it. */
  readonly owner: readonly string[];
  readonly value: Json;
  readonly from: 'result' | 'arguments';
}

/** Everything that the calls brought and were given, the latest first. */
export function knownValues(calls: readonly PastCall[], tools: readonly Tool[]): KnownValue[] {
  const perCall = calls
    .filter(({ failed }) => !failed)
    .map((call) => {
      const nouns = tools.find(({ name }) => name === call.name)?.nouns ?? [];
      const given = fieldsOf(call.args, { owner: nouns, from: 'arguments' });
      return [...fieldsOf(readResult(call.result), { owner: nouns, from: 'result' }), ...given];
    });
  return perCall.reverse().flat();
}

/** The value of a result text: JSON, what Python prints, or lines of "Name: value". */
export function readResult(text: string): Json {
  const whole = parseJson(text.trim()) ?? parseJson(fromPython(text.trim()));
  if (whole !== undefined && typeof whole === 'object') return whole;
  const start = text.search(/[{[]/);
  const inner = start < 0 ? undefined : parseJson(text.slice(start, lastBracket(text) + 1));
  if (inner !== undefined && typeof inner === 'object') return inner;
  const lines = [...text.matchAll(/(?:^|[\n,;-])\s*([A-Za-z][A-Za-z _]{1,30}?)\s*[:=]\s*([^\n,;]{1,200})/g)];
  const pairs = lines.map(([, name = '', value = '']) => [name.trim().replaceAll(' ', '_'), value.trim()] as const);
  const listed = [...text.matchAll(/^\s*(?:\[(?:FILE|DIR)\]\s*|[-*]\s+)(\S[^\n]*)$/gm)].map((match) => match[1] ?? '');
  return { ...Object.fromEntries(pairs), ...(listed.length > 0 ? { name: listed } : {}) };
}

const lastBracket = (text: string): number => Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));

function fromPython(text: string): string {
  if (!/^[[({]/.test(text)) return text;
  const words = text
    .replace(/\bNone\b/g, 'null')
    .replace(/\bTrue\b/g, 'true')
    .replace(/\bFalse\b/g, 'false');
  return words
    .replace(/"/g, '\\"')
    .replace(/'((?:[^'\\]|\\.)*)'/g, '"$1"')
    .replace(/\(([^()]*?),?\)/g, '[$1]');
}

function fieldsOf(value: Json, at: { owner: readonly string[]; from: KnownValue['from'] }, depth = 0): KnownValue[] {
  if (depth > 5) return [];
  if (Array.isArray(value)) return value.flatMap((item: Json) => fieldsOf(item, at, depth + 1));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => fieldOf(name, inner, { ...at, depth }));
}

function fieldOf(
  name: string,
  inner: Json,
  at: { owner: readonly string[]; from: KnownValue['from']; depth: number },
): KnownValue[] {
  const words = wordsOf(name).map(singular);
  const owner = WRAPPERS.has(name) ? at.owner : [...words, ...at.owner];
  if (inner !== null && typeof inner !== 'object') return [{ words, owner: at.owner, value: inner, from: at.from }];
  const plain = Array.isArray(inner) ? inner.filter((item: Json) => item !== null && typeof item !== 'object') : [];
  const listed = plain.map((item: Json): KnownValue => ({ words, owner: at.owner, value: item, from: at.from }));
  return [...listed, ...fieldsOf(inner, { owner, from: at.from }, at.depth + 1)];
}

const WRAPPERS = new Set(['result', 'data', 'value', 'structuredContent', 'output', 'response']);

/** Names of content: what stands there is new every time, never taken from an earlier call. */
const CONTENT = new Set(
  'content text message title description query value input body expression comment note insight observation new old thought'.split(
    ' ',
  ),
);

/** True when a parameter points at something that exists already. */
export function isReference({ words, schema }: Pick<Parameter, 'words' | 'schema'>): boolean {
  const last = singular(words.at(-1) ?? '');
  if (asObject(schema)['enum'] !== undefined || words.some((word) => word === 'new')) return false;
  return REFERENCES.has(last) || (words.length === 1 && REFERENCES.has(singular(words[0] ?? '')));
}

const REFERENCES = new Set(
  'id uuid key token session handle path file filename directory folder dir table sheet workbook document branch column revision sha number'.split(
    ' ',
  ),
);

/** The latest value of earlier calls that fits a parameter, or undefined. */
export function fromEarlier(parameter: Parameter, known: readonly KnownValue[]): Json | undefined {
  const items = parameter.schema['items'];
  if (parameter.schema['type'] !== 'array' || !isObject(items)) return plainFromEarlier(parameter, known);
  const words = parameter.words.map(singular);
  const one = plainFromEarlier({ ...parameter, words, schema: items }, known);
  return one === undefined || typeof one === 'object' ? undefined : [one];
}

function plainFromEarlier(parameter: Parameter, known: readonly KnownValue[]): Json | undefined {
  const words = parameter.words.map(singular);
  if (words.length === 1 && CONTENT.has(words[0] ?? '')) return undefined;
  const points = isReference(parameter);
  const usable = known.filter(({ value }) => fitsType(value, parameter.schema));
  const exact = usable.find(
    ({ words: own, from }) => own.join(' ') === words.join(' ') && (from === 'result' || points),
  );
  if (exact !== undefined || !points) return exact?.value;
  return (usable.find((one) => isOwned(one, words)) ?? usable.find((one) => isLoose(one, words)))?.value;
}

/** `create_task` → {id}, then `task_id`; `list_tables` → {name}, then `table_name` or `table`. */
function isOwned({ words: own, owner }: KnownValue, wanted: readonly string[]): boolean {
  const [last = ''] = own.slice(-1);
  const noun = wanted.filter((word) => !ENDS.has(word));
  const end = wanted.find((word) => ENDS.has(word)) ?? 'name';
  return own.length === 1 && last === end && noun.length > 0 && noun.every((word) => owner.includes(word));
}

function isLoose({ words: own, from }: KnownValue, wanted: readonly string[]): boolean {
  if (wanted.length === 1 && wanted[0] === 'id') return own.at(-1) === 'id';
  if (wanted.at(-1) === 'id') return from === 'result' && own.length === 1 && own[0] === 'id';
  // "path" of a call before, where this one asks for a "file_path" or a "source".
  return wanted.length > 0 && PATHS.has(wanted.at(-1) ?? '') && PATHS.has(own.at(-1) ?? '');
}

const ENDS = new Set(['id', 'name', 'path', 'uuid']);
const PATHS = new Set(['path', 'file', 'filename']);

export function fitsType(value: Json, schema: JsonObject): boolean {
  const fits = FITS[asText(schema['type'])];
  return fits === undefined || fits(value);
}

const FITS: { readonly [type: string]: (value: Json) => boolean } = {
  integer: (value) => (typeof value === 'number' ? Number.isInteger(value) : isDigits(value)),
  number: (value) => typeof value === 'number' || isDigits(value),
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string' || typeof value === 'number',
  array: (value) => Array.isArray(value),
  object: (value) => isObject(value),
};

const isDigits = (value: Json): boolean => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim());
