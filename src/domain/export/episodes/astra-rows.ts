/**
 * Tasks and conversations in the shapes of the original (method §4.4, §7.6): rows of its `tasks.jsonl`, and rows of
 * ASTRA-SFT-1k, whose larger columns are JSON texts. What we know beyond it stands under keys of our own.
 */
import type { StoredGraph } from '../../graph/schema.ts';
import { canonicalJson } from '../../ids.ts';
import type { JsonObject } from '../../json.ts';
import type { ScoreReply, TaskVariant } from '../../task/schema.ts';
import type { PoolServer } from '../../tool-pool/schema.ts';
import { qwenMessages } from '../../trajectory/qwen/write-messages.ts';
import { astraServerRow, graphFields } from '../chain-rows.ts';
import { episodeMeta, type JudgedEpisode } from './judged-episode.ts';

export interface ScoredTask {
  readonly variant: TaskVariant;
  /** Question of the task's original; the same as the variant's for the original itself. */
  readonly original: string;
  /** Tools asked for in free mode; null for a task of a chain. */
  readonly toolCount: number | null;
  /** Tools of the task's chain; null in free mode. */
  readonly chain: readonly string[] | null;
  /** Null where nobody scored it. */
  readonly scores: ScoreReply | null;
  readonly server: PoolServer;
  /** Null for a server whose graph could not be built. */
  readonly graph: StoredGraph | null;
}

/** A row of `tasks.jsonl`. */
export function astraTaskRow(id: string, task: ScoredTask): JsonObject {
  return { id, query_info: queryInfo(task), mcp_info: astraServerRow(task.server), ...chainFields(task) };
}

/** A row of ASTRA-SFT-1k. */
export function astraSftRow(judged: JudgedEpisode, task: ScoredTask): JsonObject {
  const { id, messages, plan, tools } = judged.episode;
  const shown = new Set(tools.map((tool) => tool.function.name));
  const server = { ...task.server, tools: task.server.tools.filter(({ name }) => shown.has(name)) };
  return {
    id,
    query_info: { ...queryInfo(task), asked_question: plan.question, expects: plan.expects },
    mcp_info: canonicalJson(astraServerRow(server)),
    trajectory: canonicalJson(qwenMessages(messages)),
    ...chainFields(task),
    meta: episodeMeta(judged),
  };
}

function chainFields({ graph, chain }: ScoredTask): JsonObject {
  return {
    graph: graph === null ? {} : graphFields(graph, chain === null ? [] : [chain]),
    ...(chain === null ? {} : { chain_info: { sub_chain: chain } }),
  };
}

function queryInfo({ variant, original, toolCount, scores }: ScoredTask): JsonObject {
  return {
    generated_question: original,
    target_tools: variant.targetTools,
    server_analysis: variant.analysis,
    have_plan: variant.mode === 'plan',
    max_tool_use: toolCount ?? -1,
    mode: variant.mode,
    augmented_query_info: augmentedInfo(variant),
    ...(scores === null ? {} : { query_score_info: scoreInfo(scores) }),
    language: variant.language,
  };
}

/** Names of the original; its word for a persona is "user group". */
const modes = { diverse: 'diverse', complicate: 'complicate', persona: 'add_ug' } as const;

function augmentedInfo({ augmentation, question }: TaskVariant): JsonObject {
  if (augmentation === null) return {};
  const { mode, context, constraints, persona } = augmentation;
  return { mode: modes[mode], augmented_question: question, context, constraints, persona };
}

/** The four dimensions that the original sums up; need of tools, our fifth, stands outside the sum. */
const summed = [
  'tool_selection_difficulty',
  'tool_selection_uniqueness',
  'question_quality',
  'scenario_realism',
] as const;

function scoreInfo(scores: ScoreReply): JsonObject {
  const total = summed.reduce((sum, name) => sum + scores[name].score, 0);
  const of = (part: 'score' | 'reason'): JsonObject =>
    Object.fromEntries(summed.map((name) => [name, scores[name][part]]));
  return {
    quality_scores: { ...of('score'), total_score: total, average_score: total / summed.length },
    quality_reasoning: of('reason'),
    tool_use_necessity: { ...scores.tool_use_necessity },
  };
}
