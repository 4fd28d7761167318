/**
 * A judged conversation as a row that a trainer reads (method §9): messages with their weights and the tools as a policy
 * of this run is shown them. Scores and origin stay in the export.
 */
import type { ToolDocument } from '../environment/schema.ts';
import { asObject } from '../environment/schema-walk.ts';
import type { Json, JsonObject } from '../json.ts';
import { shownTool, type ToolView } from './shown-tools.ts';

/** The row of an export of conversations, without what no trainer reads. */
export function conversationRow({ messages, tools, parallel_tool_calls }: JsonObject, view: ToolView): JsonObject {
  return {
    ...(messages !== undefined && { messages }),
    ...(Array.isArray(tools) && { tools: tools.map((tool: Json) => shownFunction(tool, view)) }),
    ...(parallel_tool_calls !== undefined && { parallel_tool_calls }),
  };
}

/** Documents stay as a server gave them, whatever else stands in their schemas. */
function shownFunction(tool: Json, view: ToolView): Json {
  if (view === 'documents') return tool;
  const { name, description, parameters } = asObject(asObject(tool)?.['function']) ?? {};
  const properties = asObject(asObject(parameters)?.['properties']) ?? {};
  const told = { type: 'object', properties, required: [] } as ToolDocument['parameters']; // parsed from JSON
  return shownTool({ name: String(name), description: String(description ?? ''), parameters: told }, view);
}
