/**
 * One tool in any spelling → the pool's (method §2, preparation 2): OpenAI functions, `tools/list` results and ASTRA's
 * tool lists. Fields beyond name, description and schemas (annotations, titles) are dropped.
 */
import type { Json, JsonObject } from '../json.ts';
import type { DroppedTool, PoolTool } from './schema.ts';
import { AnyTool, isFunctionTool } from './schema.ts';

export type ToolReading =
  | { readonly ok: true; readonly tool: PoolTool }
  | { readonly ok: false; readonly drop: DroppedTool };

/** Bytes of JSON: a longer schema would fill a request by itself. */
const largestSchema = 32 * 1024;

/** Reads one tool; a schema that is no mapping of names to arguments drops it, an absent one means no arguments. */
export function normaliseTool(value: Json): ToolReading {
  const parsed = AnyTool.safeParse(value);
  if (!parsed.success) {
    const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 120);
    return drop(nameIn(value), 'tool_unreadable', `expected a tool with a name and a schema, got ${shown}`);
  }
  const { name, description, schema, output } = partsOf(parsed.data);
  const parameters = readParameters(schema);
  if (!parameters.ok) return drop(name, parameters.rule, parameters.detail);
  const result = output === undefined ? undefined : readParameters(output);
  const tool = { name, description: description.trim(), parameters: parameters.schema };
  // An output schema is a help, not a promise: one that cannot be read is left out.
  return { ok: true, tool: result?.ok === true ? { ...tool, output: result.schema } : tool };
}

interface ToolParts {
  readonly name: string;
  readonly description: string;
  readonly schema: Json | undefined;
  readonly output: Json | undefined;
}

function partsOf(tool: AnyTool): ToolParts {
  if (isFunctionTool(tool)) {
    const { name, description, parameters } = tool.function;
    return { name, description: description ?? '', schema: parameters, output: undefined };
  }
  const { name, description, inputSchema, parameters, outputSchema } = tool;
  return { name, description: description ?? '', schema: inputSchema ?? parameters, output: outputSchema };
}

type Schema = PoolTool['parameters'];
type SchemaReading =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly rule: 'schema_unmappable' | 'schema_too_large'; readonly detail: string };

function readParameters(value: Json | undefined): SchemaReading {
  if (value === undefined || value === null) return { ok: true, schema: { type: 'object', properties: {} } };
  if (!isObject(value)) return unmappable(`expected a JSON Schema object, got ${JSON.stringify(value).slice(0, 80)}`);
  return readSchema(value);
}

function readSchema(value: JsonObject): SchemaReading {
  const size = JSON.stringify(value).length;
  if (size > largestSchema)
    return { ok: false, rule: 'schema_too_large', detail: `${size} characters: at most ${largestSchema}` };
  const { $schema: _, ...schema } = value;
  const type = schema['type'] ?? 'object';
  if (type !== 'object') return unmappable(`expected type "object", got ${JSON.stringify(type).slice(0, 80)}`);
  const properties = schema['properties'] ?? {};
  if (!isObject(properties)) return unmappable('"properties" is no object');
  const wrong = brokenProperty(properties) ?? brokenRequired(schema['required'], properties);
  if (wrong !== undefined) return unmappable(wrong);
  // JSON read from a file: its type differs from the schema's in mutability only.
  return { ok: true, schema: { ...schema, type: 'object', properties } as Schema };
}

function brokenProperty(properties: JsonObject): string | undefined {
  // JSON Schema knows true and false as schemas; endpoints do not.
  const name = Object.keys(properties).find((key) => !isObject(properties[key]));
  return name === undefined ? undefined : `property "${name}" has no schema object`;
}

function brokenRequired(required: Json | undefined, properties: JsonObject): string | undefined {
  if (required === undefined || required === null) return undefined;
  if (!Array.isArray(required)) return '"required" is no list';
  const unknown = required.find((name) => typeof name !== 'string' || !Object.hasOwn(properties, name));
  return unknown === undefined ? undefined : `"required" names ${JSON.stringify(unknown)}, which is no property`;
}

function unmappable(detail: string): SchemaReading {
  return { ok: false, rule: 'schema_unmappable', detail };
}

function drop(name: string, rule: DroppedTool['rule'], detail: string): ToolReading {
  return { ok: false, drop: { name, rule, detail } };
}

function nameIn(value: Json): string {
  const name = isObject(value) ? value['name'] : undefined;
  return typeof name === 'string' ? name : '(no name)';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
