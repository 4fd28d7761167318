/**
 * Scored decompositions as ASTRA's own rows (method §8.1 to §8.3), in the shape its code writes. Where a check does not
 * apply the original wrote 1; we write null, so that a gap is never read as a figure.
 */
import type { Instance, NecessityReply } from '../decomposition/schema.ts';
import type { InstanceScore } from '../decomposition/scores.ts';
import { writeVerifyResult } from '../decomposition/verify-result.ts';
import type { JsonObject } from '../json.ts';

export interface JudgedInstance {
  readonly instance: Instance;
  readonly necessity: NecessityReply;
  readonly score: InstanceScore;
  readonly selected: boolean;
}

/** One row; `uuid` is the instance's content id, so that it is the same in every export. */
export function decompositionRow({ instance, necessity, score, selected }: JudgedInstance): JsonObject {
  const needs = new Map(necessity.nodes.map((node) => [node.id, node]));
  const { source } = instance;
  return {
    uuid: instance.id,
    scenario_type: instance.scenario,
    main_question: instance.question,
    final_answer: instance.answer.text,
    decomposition_trace: instance.nodes.map((node) => ({
      _uuid: node.id,
      hop_level: node.hopLevel,
      sub_question: node.subQuestion,
      is_parallel: node.isParallel,
      dependency: node.dependencies.length === 0 ? null : node.dependencies,
      sub_answer: node.answer.text,
      tool_necessity: needs.get(node.id)?.needs_tool ?? null,
      reason: needs.get(node.id)?.reason ?? null,
    })),
    tool_necessity_legitimacy: true,
    verify_result: writeVerifyResult(score),
    _metadata: {
      domain: instance.domain,
      language: instance.language,
      question_id: source.questionId,
      source_id: source.sourceId ?? null,
      licence: source.licence ?? null,
      selected,
    },
  };
}
