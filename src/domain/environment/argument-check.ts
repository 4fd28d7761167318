/**
 * Do the arguments of a call fit the document (ours; part of rule 3, §8.4)? The subset of JSON Schema that tool documents
 * use, as pure code: it guards replies before anything is stored and keeps generated probes valid. The proof itself
 * validates with a complete JSON Schema implementation on top.
 */
import { canonicalJson } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ToolDocument } from './schema.ts';
import { allowedValues, asObject, parameterSchemas, requiredNames, typeNames } from './schema-walk.ts';

/** A judge of arguments: problems in readable sentences, empty when they fit. */
export type ArgumentValidator = (document: ToolDocument, args: JsonObject) => string[];

/** Unknown and missing names, wrong types, values outside enum, bounds, length or pattern. */
export function argumentProblems(document: ToolDocument, args: JsonObject): string[] {
  const schemas = parameterSchemas(document);
  const unknown = Object.keys(args).filter((name) => !schemas.has(name));
  const missing = requiredNames(document).filter((name) => args[name] === undefined);
  const misfits = Object.entries(args).flatMap(([name, value]) => {
    const schema = schemas.get(name);
    return schema === undefined ? [] : valueProblems(schema, value).map((problem) => `${name} ${problem}`);
  });
  return [
    ...unknown.map((name) => `${name} is not a parameter of ${document.name}`),
    ...missing.map((name) => `the required parameter ${name} is missing`),
    ...misfits,
  ];
}

/** What keeps a value from fitting a schema, each as the end of a sentence that starts with its name. */
export function valueProblems(schema: JsonObject, value: Json): string[] {
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) {
    const fits = choices.some((choice: Json) => valueProblems(asObject(choice) ?? {}, value).length === 0);
    return fits ? [] : ['fits none of the allowed forms'];
  }
  const misfit = kindProblem(schema, value);
  if (misfit !== undefined) return [misfit];
  if (typeof value === 'number') return numberProblems(schema, value);
  if (typeof value === 'string') return textProblems(schema, value);
  return value === null || typeof value === 'boolean' ? [] : nestedProblems(schema, value);
}

function kindProblem(schema: JsonObject, value: Json): string | undefined {
  const types = typeNames(schema);
  if (types.length > 0 && !types.some((type) => hasType(value, type))) return `must be of type ${types.join(' or ')}`;
  const members = allowedValues(schema);
  if (members === undefined || members.some((member) => canonicalJson(member) === canonicalJson(value)))
    return undefined;
  return `must be one of ${JSON.stringify(members).slice(0, 200)}`;
}

/** True when a JSON value is of a JSON Schema type. */
export function hasType(value: Json, type: string): boolean {
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return asObject(value) !== undefined;
  // oxlint-disable-next-line valid-typeof -- the remaining names are those of typeof
  return typeof value === type;
}

function numberProblems(schema: JsonObject, value: number): string[] {
  const bound = (key: string): number | undefined => {
    const limit = schema[key];
    return typeof limit === 'number' ? limit : undefined;
  };
  const [low, high] = [bound('minimum') ?? -Infinity, bound('maximum') ?? Infinity];
  const [above, below] = [bound('exclusiveMinimum') ?? -Infinity, bound('exclusiveMaximum') ?? Infinity];
  return value < low || value > high || value <= above || value >= below ? ['is out of its range'] : [];
}

function textProblems(schema: JsonObject, value: string): string[] {
  const [shortest, longest, pattern] = [schema['minLength'], schema['maxLength'], schema['pattern']];
  const { length } = Array.from(value);
  const problems: string[] = [];
  if (typeof shortest === 'number' && length < shortest) problems.push(`is shorter than ${shortest} characters`);
  if (typeof longest === 'number' && length > longest) problems.push(`is longer than ${longest} characters`);
  if (typeof pattern === 'string' && matches(pattern, value) === false) problems.push(`does not match ${pattern}`);
  return problems;
}

/** Undefined when the pattern is no regular expression here: Python's dialect is wider. */
function matches(pattern: string, value: string): boolean | undefined {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return undefined;
  }
}

function nestedProblems(schema: JsonObject, value: readonly Json[] | JsonObject): string[] {
  if (Array.isArray(value)) return listProblems(schema, value);
  const fields = asObject(value) ?? {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = asObject(schema['properties']) ?? {};
  return [
    ...required.filter((name) => typeof name === 'string' && fields[name] === undefined).map((name) => `lacks ${name}`),
    ...Object.entries(fields).flatMap(([name, item]) =>
      valueProblems(asObject(properties[name]) ?? {}, item).map((problem) => `.${name} ${problem}`),
    ),
  ];
}

function listProblems(schema: JsonObject, items: readonly Json[]): string[] {
  const [fewest, most] = [schema['minItems'], schema['maxItems']];
  const each = asObject(schema['items']) ?? {};
  return [
    ...(typeof fewest === 'number' && items.length < fewest ? [`has fewer than ${fewest} items`] : []),
    ...(typeof most === 'number' && items.length > most ? [`has more than ${most} items`] : []),
    ...items.flatMap((item, at) => valueProblems(each, item).map((problem) => `[${at}] ${problem}`)),
  ];
}
