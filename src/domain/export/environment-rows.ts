/**
 * Environments as rows of files (method §8.6). The paper's released row has four columns whose values are JSON strings;
 * we write these four and, after them, what a trainer or an audit needs and the original left out.
 */
import type { Environment, ProvenTool, ToolDocument } from '../environment/schema.ts';
import { canonicalJson } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';

/** The ASTRA row of an environment, then our extra columns; `gold_calls` is a JSON string like its neighbours. */
export function astraRow(environment: Environment): JsonObject {
  const { tools } = environment;
  return {
    prompt: [{ role: 'user', content: environment.question }],
    tool_schema: jsonText(tools.map((tool) => openAiTool(tool.document))),
    tool_dict: jsonText(byName(tools, (tool) => tool.code)),
    sub_qa_dict: jsonText(byName(tools, (tool) => tool.cases.map((one) => one.gold.text))),
    gold_calls: jsonText(goldCalls(environment)),
    id: environment.id,
    instance_id: environment.instanceId,
    source_id: environment.sourceId ?? null,
    answer: environment.answer.text,
    language: environment.language,
    domain: environment.domain,
    scenario: environment.scenario,
    hops: environment.hops,
    // The pass rate of a solver, which no solver has measured here.
    difficulty: null,
    score: environment.score,
    replay_hash: environment.replayHash,
    licence: environment.licence ?? null,
  };
}

/** A task with its tools in OpenAI's request shape. */
export function openAiToolsRow(environment: Environment): JsonObject {
  return {
    id: environment.id,
    messages: [{ role: 'user', content: environment.question }],
    tools: environment.tools.map((tool) => openAiTool(tool.document)),
    parallel_tool_calls: true,
    metadata: metadata(environment),
  };
}

/** The environment as anyone's candidate for proof: each node with its tool, or null where it needs none. */
export function candidateRow(environment: Environment): JsonObject {
  return {
    id: environment.id,
    question: environment.question,
    answer: environment.answer.text,
    language: environment.language,
    nodes: environment.nodes.map((node) => ({
      id: node.id,
      sub_question: node.subQuestion,
      answer: node.answer.text,
      dependencies: node.dependencies,
      tool: candidateTool(environment, node.id),
    })),
    metadata: metadata(environment),
  };
}

function candidateTool({ tools }: Environment, nodeId: number): Json {
  for (const tool of tools) {
    const call = tool.cases.find((one) => one.nodeId === nodeId)?.call;
    if (call !== undefined) return { document: documentJson(tool.document), call, code: tool.code };
  }
  return null;
}

function goldCalls({ tools }: Environment): Json {
  return tools
    .flatMap((tool) => tool.cases)
    .sort((a, b) => a.nodeId - b.nodeId)
    .map((one) => ({
      node_id: one.nodeId,
      question: one.question,
      tool: one.call.name,
      arguments: one.call.arguments,
      gold: one.gold.text,
    }));
}

function metadata(environment: Environment): JsonObject {
  return { source_id: environment.sourceId ?? null, licence: environment.licence ?? null, id: environment.id };
}

function openAiTool(document: ToolDocument): Json {
  return { type: 'function', function: documentJson(document) };
}

function documentJson({ name, description, parameters }: ToolDocument): JsonObject {
  // A parameter schema was parsed from JSON by a loose schema: what it holds besides its known keys is JSON.
  return { name, description, parameters: parameters as JsonObject };
}

function byName(tools: readonly ProvenTool[], value: (tool: ProvenTool) => Json): JsonObject {
  return Object.fromEntries(tools.map((tool) => [tool.document.name, value(tool)]));
}

function jsonText(value: Json): string {
  return canonicalJson(value);
}
