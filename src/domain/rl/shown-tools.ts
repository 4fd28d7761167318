/**
 * Tools as a policy is shown them (ours). Small policies have no room for documents of several hundred tokens a tool, so
 * a run may show signatures (names of tools and parameters), or calls with empty values: then the tokens of a tool in the
 * list are those of a call of it, and what has to be learnt is to copy.
 */
import type { ToolDocument } from '../environment/schema.ts';
import { asObject, typeNames } from '../environment/schema-walk.ts';
import type { Json, JsonObject } from '../json.ts';
import { type Rng, shuffle } from '../random.ts';

export const toolViews = ['documents', 'signatures', 'calls'] as const;
export type ToolView = (typeof toolViews)[number];

/** One tool of the list in the system message. */
export function shownTool({ name, description, parameters }: ToolDocument, view: ToolView): JsonObject {
  if (view === 'signatures') return { name, parameters: Object.keys(parameters.properties) };
  if (view === 'calls') return { name, arguments: emptyArguments(parameters) };
  // A parameter schema was parsed from JSON by a loose schema: what it holds is JSON.
  return { name, description, parameters: parameters as JsonObject };
}

/** Numbers as 0, everything else as "": the first characters of the value's JSON. */
function emptyArguments({ properties }: ToolDocument['parameters']): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const [type] = typeNames(asObject(schema as Json) ?? {}); // JSON by its zod type
      return [name, type === 'number' || type === 'integer' ? 0 : ''];
    }),
  );
}

/** The list in an order that tells nothing: gold tools do not come first. */
export function shownList(rng: Rng, documents: readonly ToolDocument[], view: ToolView): JsonObject[] {
  return shuffle(rng, documents).map((document) => shownTool(document, view));
}
