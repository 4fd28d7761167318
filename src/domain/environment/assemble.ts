/**
 * An environment from an instance and its proven tools (method §8.5, §8.6). The original keeps an instance whose node
 * failed, with null in its place; here such a node leaves with everything that depends on it, or the instance is refused
 * when nothing is left that gives the final answer.
 */
import { dependantsOf, finalNodes, layersOf, scenarioOf } from '../decomposition/dag.ts';
import type { Instance, InstanceNode } from '../decomposition/schema.ts';
import { canonicalJson, contentId, hashJson } from '../ids.ts';
import type { Json } from '../json.ts';
import type { Environment, ProvenTool } from './schema.ts';

export type KeptNodes =
  | { readonly ok: true; readonly nodes: readonly InstanceNode[] }
  | { readonly ok: false; readonly detail: string };

/**
 * The nodes that stay when some are dropped. The final answer must still have its node: one whose answer is the final
 * answer, or, when no node has it, every node that no other depends on.
 */
export function keptNodes(instance: Instance, dropped: readonly number[]): KeptNodes {
  const gone = new Set(dropped.flatMap((id) => [id, ...dependantsOf(instance.nodes, id)]));
  const nodes = instance.nodes.filter((node) => !gone.has(node.id));
  if (nodes.length === 0) return { ok: false, detail: 'every node is dropped' };
  const final = instance.nodes.filter(
    (node) => canonicalJson(node.answer.value) === canonicalJson(instance.answer.value),
  );
  const answered =
    final.length > 0
      ? final.some((node) => !gone.has(node.id))
      : finalNodes(instance.nodes).every((id) => !gone.has(id));
  const names = [...gone].toSorted((a, b) => a - b).join(', ');
  return answered
    ? { ok: true, nodes }
    : { ok: false, detail: `without the nodes ${names} nothing gives the final answer` };
}

/** The tools that still answer a kept node, without their cases for dropped ones, in the order of their first node. */
export function keptTools(tools: readonly ProvenTool[], nodes: readonly InstanceNode[]): ProvenTool[] {
  const ids = new Set(nodes.map((node) => node.id));
  return tools
    .map((tool) => ({
      ...tool,
      cases: tool.cases.filter((one) => ids.has(one.nodeId)).toSorted((a, b) => a.nodeId - b.nodeId),
    }))
    .filter((tool) => tool.cases.length > 0)
    .toSorted((a, b) => firstNode(a) - firstNode(b));
}

/** SHA-256 over the canonical outputs of all gold calls, in node order. */
export function replayHash(tools: readonly ProvenTool[]): string {
  const cases = tools.flatMap((tool) =>
    tool.cases.map((one) => ({ node: one.nodeId, call: callJson(one.call), output: one.output })),
  );
  return hashJson(cases.toSorted((a, b) => a.node - b.node));
}

/** Id of a tool: its document and code. */
export function toolId(tool: Pick<ProvenTool, 'document' | 'code'>): ReturnType<typeof contentId<'tool'>> {
  return contentId('tool', { document: documentJson(tool), code: tool.code });
}

/** Id of an environment: its instance, its tools, and what their gold calls return. */
export function environmentId(
  environment: Pick<Environment, 'instanceId' | 'tools' | 'replayHash'>,
): ReturnType<typeof contentId<'environment'>> {
  const { instanceId, tools, replayHash: replay } = environment;
  return contentId('environment', { instance: instanceId, tools: tools.map((tool) => tool.id), replay });
}

/** The environment row; tools must be renamed and replayed before. */
export function assembleEnvironment(
  instance: Instance,
  { nodes, tools, score }: { nodes: readonly InstanceNode[]; tools: readonly ProvenTool[]; score: number | null },
): Environment {
  const named = tools.map((tool) => ({ ...tool, id: toolId(tool) }));
  const { licence, sourceId } = instance.source;
  const hash = replayHash(named);
  // Kept nodes never rest on dropped ones, so what is left is a graph without cycles.
  const layers = layersOf(nodes) ?? [];
  return {
    schemaVersion: 1,
    id: environmentId({ instanceId: instance.id, tools: named, replayHash: hash }),
    instanceId: instance.id,
    question: instance.question,
    answer: instance.answer,
    language: instance.language,
    domain: instance.domain,
    scenario: scenarioOf(layers),
    hops: layers.length,
    nodes: nodes.map((node) => ({
      id: node.id,
      subQuestion: node.subQuestion,
      answer: node.answer,
      dependencies: node.dependencies,
      tool: named.find((tool) => tool.cases.some((one) => one.nodeId === node.id))?.id ?? null,
    })),
    tools: named,
    replayHash: hash,
    score,
    ...(licence === undefined ? {} : { licence }),
    ...(sourceId === undefined ? {} : { sourceId }),
  };
}

function firstNode(tool: ProvenTool): number {
  return tool.cases[0]?.nodeId ?? 0;
}

function callJson(call: ProvenTool['cases'][number]['call']): Json {
  return { name: call.name, arguments: call.arguments };
}

function documentJson({ document }: Pick<ProvenTool, 'document'>): Json {
  // A parameter schema was parsed from JSON by a loose schema: what it holds is JSON.
  return { name: document.name, description: document.description, parameters: document.parameters as Json };
}
