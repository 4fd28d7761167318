/**
 * Arguments a tool must refuse (§8.4, rule 8): a required one missing, a wrong type, a value outside what the document
 * allows. The original asks its model for such checks and never tries them.
 */
import type { Json, JsonObject } from '../json.ts';
import type { ToolCall, ToolDocument } from './schema.ts';
import { allowedValues, parameterSchemas, requiredNames, typeNames } from './schema-walk.ts';

export interface InvalidArguments {
  /** unknown: fits the document, but names nothing that could exist; the tool may accept it, with another result. */
  readonly kind: 'missing' | 'wrong_type' | 'out_of_range' | 'unknown';
  readonly parameter: string;
  readonly args: JsonObject;
}

const mostProbes = 16;
const nonsense = 'zzq unknown 7f3a';

/** Probes for every required parameter and every bounded one, at most 16; made from the document alone. */
export function invalidArguments(document: ToolDocument, call: ToolCall): InvalidArguments[] {
  const args: JsonObject = call.arguments;
  const required = requiredNames(document);
  const missing = required.map((parameter) => {
    const { [parameter]: _left, ...rest } = args;
    return { kind: 'missing' as const, parameter, args: rest };
  });
  const schemas = [...parameterSchemas(document)];
  const typed = schemas
    .filter(([name]) => required.includes(name))
    .flatMap(([parameter, schema]) =>
      wrongType(schema).map((value) => probe('wrong_type', parameter, { ...args, [parameter]: value })),
    );
  const bounded = schemas.flatMap(([parameter, schema]) =>
    outOfRange(schema).map((value) => probe('out_of_range', parameter, { ...args, [parameter]: value })),
  );
  const unknown = schemas
    .filter(([name, schema]) => required.includes(name) && isOpenText(schema))
    .map(([parameter]) => probe('unknown', parameter, { ...args, [parameter]: nonsense }));
  return [...missing, ...typed, ...bounded, ...unknown].slice(0, mostProbes);
}

function probe(kind: InvalidArguments['kind'], parameter: string, args: JsonObject): InvalidArguments {
  return { kind, parameter, args };
}

/** One value of a type the schema does not allow; none when it allows everything. */
function wrongType(schema: JsonObject): Json[] {
  const types = typeNames(schema);
  if (types.length === 0) return [];
  if (!types.includes('object') && types.every((type) => type === 'string' || type === 'null'))
    return [{ unexpected: true }];
  if (!types.includes('string')) return ['not a valid value'];
  if (!types.includes('object')) return [{ unexpected: true }];
  return types.includes('array') ? [] : [['unexpected']];
}

function outOfRange(schema: JsonObject): Json[] {
  const members = allowedValues(schema);
  if (members !== undefined) return beyondMembers(members);
  const types = typeNames(schema);
  if (types.includes('number') || types.includes('integer')) return beyondBounds(schema);
  if (types.includes('string')) return misformedTexts(schema);
  return isAbove(schema['minItems'], 0) ? [[]] : [];
}

function beyondMembers(members: readonly Json[]): Json[] {
  if (members.some((member) => typeof member === 'string')) return ['no_such_member'];
  const numbers = members.filter((member) => typeof member === 'number');
  return numbers.length > 0 ? [Math.max(...numbers) + 1000] : [];
}

function misformedTexts(schema: JsonObject): string[] {
  const misformed = schema['pattern'] !== undefined || isDateFormat(schema);
  return [...(isAbove(schema['minLength'], 0) ? [''] : []), ...(misformed ? ['¤ not of this form'] : [])];
}

function isAbove(value: Json | undefined, limit: number): boolean {
  return typeof value === 'number' && value > limit;
}

function beyondBounds(schema: JsonObject): number[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as Readonly<Record<string, Json | undefined>>;
  return [
    ...(typeof minimum === 'number' ? [minimum - 1] : []),
    ...(typeof maximum === 'number' ? [maximum + 1] : []),
    ...(typeof exclusiveMinimum === 'number' ? [exclusiveMinimum] : []),
    ...(typeof exclusiveMaximum === 'number' ? [exclusiveMaximum] : []),
  ];
}

function isOpenText(schema: JsonObject): boolean {
  const types = typeNames(schema);
  return (
    types.length === 1 &&
    types[0] === 'string' &&
    allowedValues(schema) === undefined &&
    schema['pattern'] === undefined &&
    !isDateFormat(schema)
  );
}

function isDateFormat(schema: JsonObject): boolean {
  return schema['format'] === 'date' || schema['format'] === 'date-time';
}
