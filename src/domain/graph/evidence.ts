/**
 * Typed evidence for a dependency (method §3.3, ours): a field of one tool's declared result that fits a parameter of
 * another by name and type. It supports an edge that was proposed and never makes one; tools without an output schema
 * have none, which says nothing against them.
 */
import type { Json, JsonObject } from '../json.ts';
import type { PoolTool } from '../tool-pool/schema.ts';
import { singular, wordsOf } from '../tool-pool/tool-name.ts';
import type { Evidence } from './schema.ts';

interface Field {
  readonly path: string;
  /** Words of the last name. */
  readonly words: readonly string[];
  /** Singular last word of the object that holds the field; of the tool's own name at the top. */
  readonly owner: string;
  readonly type: string;
}

/** Deeper fields are rarely an argument. */
const deepest = 4;

/** Names so common that equal names alone say nothing. */
const generic = new Set([
  'id',
  'name',
  'value',
  'type',
  'text',
  'status',
  'message',
  'result',
  'data',
  'query',
  'limit',
  'count',
  'success',
  'error',
  'format',
  'content',
  'title',
  'description',
]);

/** What a consumer asks, read once. */
export interface Inputs {
  readonly parameters: readonly {
    readonly name: string;
    readonly words: readonly string[];
    readonly types: readonly string[];
  }[];
}

/** Fields of the tool's declared result; none without an output schema. */
export function outputFields(tool: PoolTool): Field[] {
  if (tool.output === undefined) return [];
  const owner = singular(wordsOf(tool.name).at(-1) ?? '');
  // A tool's schemas were parsed from JSON.
  return fieldsOf(tool.output as JsonObject, { path: '', owner, depth: 0 });
}

/** Parameters of the tool with their words and types. */
export function inputParameters(tool: PoolTool): Inputs {
  const properties = asObject(tool.parameters['properties'] as Json | undefined); // as above
  return {
    parameters: Object.entries(properties).map(([name, schema]) => ({
      name,
      words: wordsOf(name).map(singular),
      types: typesOf(asObject(schema)),
    })),
  };
}

/** All pairs of a result field and a parameter that fit, in the order of the fields. */
export function evidenceBetween(fields: readonly Field[], { parameters }: Inputs): Evidence[] {
  return fields.flatMap((field) =>
    parameters.flatMap((parameter): Evidence[] => {
      if (!typesFit(field.type, parameter.types)) return [];
      const kind = nameFit(field, parameter.words);
      return kind === undefined ? [] : [{ field: field.path, parameter: parameter.name, kind }];
    }),
  );
}

function nameFit(field: Field, words: readonly string[]): Evidence['kind'] | undefined {
  const own = field.words.map(singular).join(' ');
  const asked = words.join(' ');
  if (own === asked) return generic.has(own) ? undefined : 'exact';
  // `create_task` → {id}, then `task_id`: the id of what was made.
  return asked === `${field.owner} ${own}` ? 'entity' : undefined;
}

function fieldsOf(schema: JsonObject, at: { path: string; owner: string; depth: number }): Field[] {
  const items = asObject(schema['items']);
  if (Object.keys(items).length > 0) return fieldsOf(items, at);
  return Object.entries(asObject(schema['properties'])).flatMap(([name, child]) => {
    const below = asObject(child);
    const path = at.path === '' ? name : `${at.path}.${name}`;
    const words = wordsOf(name);
    const self = { path, words, owner: at.owner, type: typesOf(below)[0] ?? 'any' };
    if (at.depth >= deepest) return [self];
    // `result` and `data` wrap: the owner is what they were asked of.
    const owner = generic.has(name) ? at.owner : singular(words.at(-1) ?? '');
    return [self, ...fieldsOf(below, { path, owner, depth: at.depth + 1 })];
  });
}

function typesOf(schema: JsonObject): string[] {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((one): one is string => typeof one === 'string' && one !== 'null');
  const choices = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(choices)
    ? choices.flatMap((choice: Json) => typesOf(asObject(choice))).filter((one) => one !== 'null')
    : [];
}

/** An unnamed type fits every other; an integer fits where a number is wanted. */
function typesFit(given: string, wanted: readonly string[]): boolean {
  if (given === 'any' || wanted.length === 0) return true;
  return wanted.includes(given) || (given === 'integer' && wanted.includes('number'));
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
