/** A necessity verdict that breaks the rule: a node that others rest on is said to need no tool. */
import type { Json } from '../../../src/domain/json.ts';
import { asList, asObject } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import { shownNodes } from '../replies/nodes.ts';

export function spoilNecessity(request: ChatRequest, value: Json): Json {
  const inner = new Set(shownNodes(request.inputs['nodes']).flatMap((node) => node.dependencies));
  const nodes = asList(asObject(value)['nodes']).map(asObject);
  return {
    ...asObject(value),
    nodes: nodes.map((node) => (inner.has(Number(node['id'])) ? { ...node, needs_tool: false } : node)),
  };
}
