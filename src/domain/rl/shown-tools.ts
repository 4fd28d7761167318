/**
 * Tools as a policy is shown them (ours). Small policies have no room for documents of several hundred tokens a tool, so
 * a run may show signatures: names of tools and parameters, which is what such a policy can learn to copy.
 */
import type { ToolDocument } from '../environment/schema.ts';
import type { JsonObject } from '../json.ts';
import { type Rng, shuffle } from '../random.ts';

export const toolViews = ['documents', 'signatures'] as const;
export type ToolView = (typeof toolViews)[number];

/** One tool of the list in the system message. */
export function shownTool({ name, description, parameters }: ToolDocument, view: ToolView): JsonObject {
  if (view === 'signatures') return { name, parameters: Object.keys(parameters.properties) };
  // A parameter schema was parsed from JSON by a loose schema: what it holds is JSON.
  return { name, description, parameters: parameters as JsonObject };
}

/** The list in an order that tells nothing: gold tools do not come first. */
export function shownList(rng: Rng, documents: readonly ToolDocument[], view: ToolView): JsonObject[] {
  return shuffle(rng, documents).map((document) => shownTool(document, view));
}
