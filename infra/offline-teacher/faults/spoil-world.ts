/** Designs of worlds with state that must be refused. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { familyOf } from '../worlds/families.ts';
import type { WorldFault } from './stateful-kinds.ts';

export function spoilWorld(kind: WorldFault, value: Json): Json {
  const design = asObject(value);
  const tools = asList(design['tools']).map(asObject);
  switch (kind) {
    case 'open-answer':
      return { ...design, tools: tools.map((tool) => ({ ...tool, description: withAnswer(design, tool) })) };
    case 'misfit-state':
      return { ...design, initial_state: { ...asObject(design['initial_state']), journal: [] } };
    case 'twin-tools':
      return {
        ...design,
        tools: tools.map((tool, at) => (at === 1 ? { ...tool, name: tools[0]?.['name'] ?? '' } : tool)),
      };
  }
}

/** The figure that the user wants to hear, as an example in the description. */
function withAnswer(design: JsonObject, tool: JsonObject): string {
  const plan = familyOf(design['tools'])?.plan(asText(design['task']), asObject(design['initial_state']));
  return `${asText(tool['description'])} For instance ${plan?.answers[0]?.answer ?? 0}.`;
}
