/** What an agent without a model reads in a list of tools: words, verbs, and parameters with their schemas resolved. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { meaningfulStems, singular, stem } from './words.ts';

export interface Parameter {
  readonly name: string;
  readonly words: readonly string[];
  readonly description: string;
  /** Without references and without "or null". */
  readonly schema: JsonObject;
  readonly required: boolean;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly words: readonly string[];
  /** Words of the name that are no verb, singular. */
  readonly nouns: readonly string[];
  /** Stems of the name. */
  readonly nameStems: ReadonlySet<string>;
  /** Stems of name and first sentence. */
  readonly phrase: ReadonlySet<string>;
  readonly parameters: readonly Parameter[];
  readonly reads: boolean;
}

const READING = new Set(
  (
    'get list search find read show fetch lookup look query check describe view count retrieve browse return display ' +
    'inspect summarize preview compute calculate convert validate compare status log diff'
  ).split(' '),
);
const CHANGING = new Set(
  (
    'create add insert update set delete remove write edit send cancel book reserve buy order pay move rename upload ' +
    'start stop open close mark complete assign approve reject reset commit save append merge replace submit register ' +
    'new make load import export copy apply fill sort filter advance revert link unlink request plan'
  ).split(' '),
);
const MAKING = new Set(
  'create add insert new make register open start load import request plan book submit'.split(' '),
);

/** Reads one tool of a request, in OpenAI's spelling or bare. */
export function readTool(value: Json): Tool {
  const outer = asObject(value);
  const tool = asObject(outer['function'] ?? outer);
  const name = asText(tool['name']);
  const description = asText(tool['description']);
  const words = wordsOf(name);
  // As requests are worded: without what stands in brackets or quotes.
  const [first = ''] = description.split(/(?<=[.!?。])(?:\s|$)|\n|。/);
  const sentence = first.replace(/`[^`]*`|"[^"]*"|\([^)]*\)|\([^)]*$/g, ' ');
  const verb = verbOf(words);
  const nameStems = new Set(meaningfulStems(words.join(' ')));
  const opening = stem(meaningfulStems(description)[0] ?? '');
  return {
    name,
    description,
    words,
    nouns: words.filter((word) => word !== verb).map(singular),
    nameStems,
    phrase: new Set([...nameStems, ...meaningfulStems(sentence).slice(0, 14)]),
    parameters: parametersOf(tool),
    reads: verb === undefined ? [...READING].some((one) => stem(one) === opening) : READING.has(verb),
  };
}

/** True when the tool makes something new whose id others take. */
export function makes({ words }: Tool): boolean {
  return words.some((word) => MAKING.has(word));
}

function verbOf(words: readonly string[]): string | undefined {
  return words.find((word) => CHANGING.has(word)) ?? words.find((word) => READING.has(word));
}

function parametersOf(tool: JsonObject): Parameter[] {
  const root = asObject(tool['parameters']);
  const required = new Set(asList(root['required']).map(asText));
  return Object.entries(asObject(root['properties'])).map(([name, value]) => {
    const schema = resolved(asObject(value), root);
    return {
      name,
      words: wordsOf(name),
      description: asText(schema['description']),
      schema,
      required: required.has(name),
    };
  });
}

/** The fields of objects, and of the objects in lists, as parameters. */
export function innerFields({ schema }: Pick<Parameter, 'schema'>): Parameter[] {
  const inner = schema['type'] === 'array' ? asObject(schema['items']) : schema;
  const required = asList(inner['required']);
  return Object.entries(asObject(inner['properties'])).map(([name, value]) => {
    const own = asObject(value);
    const description = asText(own['description']);
    return { name, words: wordsOf(name), description, schema: own, required: required.includes(name) };
  });
}

/** The parameters, and below each larger one its fields. */
export function withInnerFields(parameters: readonly Parameter[]): Parameter[] {
  return parameters.flatMap((parameter) => [parameter, ...innerFields(parameter)]);
}

/** The schema with its references followed (a few levels), and of "X or null" the X. */
export function resolved(schema: JsonObject, root: JsonObject, depth = 0): JsonObject {
  if (depth > 6) return {};
  const reference = asText(schema['$ref']);
  if (reference !== '') return { ...resolved(lookUp(reference, root), root, depth + 1), ...described(schema) };
  const choices = asList(schema['anyOf'] ?? schema['oneOf']).map(asObject);
  const real = choices.find((one) => one['type'] !== 'null');
  if (real !== undefined) return { ...resolved(real, root, depth + 1), ...described(schema) };
  const deeper = (value: Json): JsonObject => resolved(asObject(value), root, depth + 1);
  const properties = Object.entries(asObject(schema['properties'])).map(([name, value]) => [name, deeper(value)]);
  const types = asList(schema['type'])
    .map(asText)
    .filter((type) => type !== 'null');
  return {
    ...schema,
    ...(types.length > 0 ? { type: types[0] ?? 'string' } : {}),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) as JsonObject } : {}),
    ...(schema['items'] === undefined ? {} : { items: deeper(schema['items']) }),
  };
}

function described(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([word]) => word === 'description' || word === 'default');
  return Object.fromEntries(kept);
}

function lookUp(reference: string, root: JsonObject): JsonObject {
  const steps = reference.replace(/^#\/?/, '').split('/');
  return steps.reduce<JsonObject>((at, step) => asObject(at[decodeURIComponent(step)]), root);
}
