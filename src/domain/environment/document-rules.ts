/**
 * Rule 1 (§8.4): is the tool document a valid function schema, and does it keep what its draft promised?
 * The original never checks: a scaled document may drop parameters or demand new ones.
 */
import type { JsonObject } from '../json.ts';
import type { ToolDocument } from './schema.ts';
import { parameterSchemas, requiredNames, type SchemaPlace, schemaPlaces, typeNames } from './schema-walk.ts';

const knownTypes = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);
const toolName = /^[A-Za-z][A-Za-z0-9_]{2,63}$/;
const parameterName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Words that cannot be names in Python, the language of the implementation. */
const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** What is wrong with a document, in readable sentences; empty when the rule holds. */
export function documentProblems(document: ToolDocument, draft?: ToolDocument): string[] {
  return [
    ...nameProblems(document),
    ...parameterProblems(document),
    ...schemaPlaces(document).flatMap(placeProblems),
    ...(draft === undefined ? [] : draftProblems(document, draft)),
  ];
}

function nameProblems(document: ToolDocument): string[] {
  const problems: string[] = [];
  if (!toolName.test(document.name) || reserved.has(document.name)) {
    problems.push(
      `the tool name must be 3 to 64 letters, digits and underscores, start with a letter and be no Python keyword; got ${JSON.stringify(document.name.slice(0, 80))}`,
    );
  }
  if (document.description.trim() === '') problems.push('the tool needs a description');
  return problems;
}

function parameterProblems(document: ToolDocument): string[] {
  const names = Object.keys(document.parameters.properties);
  const required = requiredNames(document);
  const unknown = required.filter((name) => !names.includes(name));
  const unusable = names.filter((name) => !parameterName.test(name) || reserved.has(name));
  return [
    ...(required.length === 0 ? ['at least one parameter must be required'] : []),
    ...(new Set(required).size < required.length ? ['"required" names a parameter twice'] : []),
    ...unknown.map((name) => `"required" names ${name}, which is not among the properties`),
    ...unusable.map((name) => `the parameter name ${JSON.stringify(name)} cannot be a parameter in Python`),
  ];
}

function placeProblems(place: SchemaPlace): string[] {
  const types = typeNames(place.schema);
  const problems = types.filter((type) => !knownTypes.has(type)).map((type) => `unknown type "${type}"`);
  if (place.name !== null && types.length === 0) problems.push('no type is given');
  if (types.includes('array') && place.schema['items'] === undefined) problems.push('an array needs "items"');
  problems.push(...enumProblems(place.schema));
  return problems.map((problem) => `${place.path}: ${problem}`);
}

function enumProblems(schema: JsonObject): string[] {
  const members = schema['enum'];
  if (members === undefined) return [];
  return Array.isArray(members) && members.length > 0 ? [] : ['"enum" must be a list with at least one value'];
}

function draftProblems(document: ToolDocument, draft: ToolDocument): string[] {
  const [now, before] = [parameterSchemas(document), parameterSchemas(draft)];
  const lost = [...before.keys()].filter((name) => !now.has(name));
  const demanded = requiredNames(document).filter((name) => !requiredNames(draft).includes(name));
  const narrowed = [...before].filter(([name, schema]) => {
    const types = typeNames(now.get(name) ?? schema);
    return typeNames(schema).some((type) => !types.includes(type) && !(type === 'integer' && types.includes('number')));
  });
  return [
    ...(document.name === draft.name ? [] : [`the tool was renamed from ${draft.name} to ${document.name}`]),
    ...lost.map((name) => `the parameter ${name} of the draft is gone`),
    ...demanded.map((name) => `the parameter ${name} is newly required`),
    ...narrowed.map(([name]) => `the parameter ${name} no longer takes the types of the draft`),
  ];
}
