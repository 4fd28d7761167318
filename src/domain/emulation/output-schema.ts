/**
 * What results of a tool look like (method §5.3): as the document declares it, else as it was inferred once. The subset of
 * JSON Schema that is checked here is that of arguments.
 */
import { valueProblems } from '../environment/argument-check.ts';
import type { Json, JsonObject } from '../json.ts';
import type { PoolTool } from '../tool-pool/schema.ts';
import type { ToolOutputReply } from './schema.ts';

const rootTypes = ['object', 'array', 'string', 'number', 'integer', 'boolean'];
const largest = 12_000;

/** The schema of a tool's results; throws when it declares none and none was inferred. */
export function outputSchema(tool: PoolTool, inferred: ToolOutputReply | undefined): JsonObject {
  const schema = tool.output ?? inferred?.output_schema;
  if (schema === undefined) throw new TypeError(`${tool.name} declares no result and none was inferred`);
  // Both were validated as JSON.
  return schema as JsonObject;
}

/** Why an inferred schema cannot be used; empty when it can. */
export function inferredSchemaProblems({ output_schema: schema }: ToolOutputReply): string[] {
  const text = JSON.stringify(schema);
  const type = schema['type'];
  const properties = schema['properties'];
  return [
    ...(typeof type === 'string' && rootTypes.includes(type)
      ? []
      : [`output_schema.type must be one of ${rootTypes.join(', ')}`]),
    ...(type === 'object' && Object.keys(Object(properties)).length === 0
      ? ['output_schema is an object without properties: name the fields of a result']
      : []),
    ...(/"\$(ref|defs|dynamicRef)"/.test(text) ? ['output_schema must stand alone: no references'] : []),
    ...(text.length > largest ? [`output_schema has ${text.length} characters: at most ${largest}`] : []),
  ];
}

/** Where a result does not fit; errors need not, since failures are told in any form. */
export function resultProblems(schema: JsonObject, result: Json): string[] {
  return valueProblems(schema, result)
    .slice(0, 6)
    .map((problem) => `result ${problem}`);
}
