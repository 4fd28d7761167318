/**
 * An environment in the shape of ASTRA's own decomposition and environment files (formats of method §8.1, §8.4): what its
 * scripts read. `tool_call_ans` holds the output of the final artefact, where the original keeps one from before a merge.
 */

import type { Environment, ProvenTool, ToolCall } from '../environment/schema.ts';
import { pythonLiteral } from '../environment/signature-rules.ts';
import type { Json, JsonObject } from '../json.ts';

type Case = ProvenTool['cases'][number];

/** The row: `decomposition_trace` with tool necessity, and `env_result` with null where no tool is needed. */
export function astraEnvironmentRow(environment: Environment): JsonObject {
  const places = new Map(
    environment.tools.flatMap((tool) => tool.cases.map((one) => [one.nodeId, { tool, one }] as const)),
  );
  return {
    uuid: environment.id,
    scenario_type: environment.scenario,
    main_question: environment.question,
    final_answer: environment.answer.text,
    decomposition_trace: traceOf(environment, new Set(places.keys())),
    tool_necessity_legitimacy: true,
    env_result: Object.fromEntries(
      environment.nodes.map(({ id }) => {
        const place = places.get(id);
        return [String(id), place === undefined ? null : resultOf(place.tool, place.one)];
      }),
    ),
    _metadata: {
      domain: environment.domain,
      language: environment.language,
      instance_id: environment.instanceId,
      replay_hash: environment.replayHash,
      source_id: environment.sourceId ?? null,
      licence: environment.licence ?? null,
    },
  };
}

/** A call as a Python statement with keyword arguments, parameters in alphabetical order. */
export function callStatement(call: ToolCall): string {
  const args = Object.entries(call.arguments)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${pythonLiteral(value)}`);
  return `${call.name}(${args.join(', ')})`;
}

function traceOf(environment: Environment, withTool: ReadonlySet<number>): Json {
  const levels = new Map<number, number>();
  for (const node of environment.nodes) {
    levels.set(node.id, 1 + Math.max(0, ...node.dependencies.map((id) => levels.get(id) ?? 0)));
  }
  const width = (level: number): number => [...levels.values()].filter((other) => other === level).length;
  return environment.nodes.map((node) => ({
    _uuid: node.id,
    hop_level: levels.get(node.id) ?? 1,
    sub_question: node.subQuestion,
    is_parallel: width(levels.get(node.id) ?? 1) > 1,
    dependency: node.dependencies.length === 0 ? null : node.dependencies,
    sub_answer: node.answer.text,
    tool_necessity: withTool.has(node.id),
  }));
}

function resultOf(tool: ProvenTool, one: Case): JsonObject {
  const { name, description, parameters } = tool.document;
  return {
    question: one.question,
    answer: one.gold.text,
    merge_flag: tool.cases.length > 1,
    env_synthesis_result: {
      data: {
        // A parameter schema was parsed from JSON by a loose schema: what it holds is JSON.
        tool_document: { name, description, parameters: parameters as Json },
        tool_call_statement: callStatement(one.call),
        code: tool.code,
        tool_call_ans: one.output,
      },
      extra_info: { proof: tool.proof.map(({ rule, ok, detail }) => ({ rule, ok, detail })) },
    },
  };
}
