/**
 * Why a judged conversation is no training data (method §7.5; ours): one rule each, in the order they are looked at. The
 * paper keeps "high" scores and gives no threshold; every threshold here stands in the configuration.
 */
import type { TrajectoryScore } from '../judgement/dimensions.ts';

/** Rules on one conversation come first, then what is known of the outside, then what only the whole set can say. */
export const selectionRules = [
  'unresolved',
  'low_coverage',
  'final_answer_zero',
  'tool_call_zero',
  'low_overall',
  'contaminated',
  'duplicate_conversation',
  'near_duplicate_question',
  'task_full',
  'server_full',
] as const;
export type SelectionRule = (typeof selectionRules)[number];

export interface SelectionSettings {
  /** Least overall score, in [0, 1]. */
  readonly overall: number;
  /** Least number of dimensions that have a score. */
  readonly coverage: number;
  /** Share of shared word triples from which the worse of two questions goes; 1: only the same triples. */
  readonly nearDuplicate: number;
  /** Most rows of one task; undefined: all. */
  readonly perTask?: number | undefined;
  /** Most rows of one server, as a share of all that passed every other rule; undefined: all. */
  readonly serverShare?: number | undefined;
}

export interface Refusal {
  readonly rule: SelectionRule;
  readonly detail: string;
}

/** The first rule that a score breaks by itself; undefined for a good one. */
export function scoreProblem(score: TrajectoryScore, settings: SelectionSettings): Refusal | undefined {
  const { overall, coverage, dimensions } = score;
  if (overall === null) return { rule: 'unresolved', detail: `${coverage.unresolved} dimensions have no verdict` };
  if (coverage.scored < settings.coverage)
    return {
      rule: 'low_coverage',
      detail: `${coverage.scored} of 7 dimensions apply: ${settings.coverage} are wanted`,
    };
  for (const name of ['final_answer', 'tool_call'] as const) {
    const verdict = dimensions[name];
    if (verdict.kind === 'score' && verdict.value === 0)
      return { rule: `${name}_zero`, detail: verdict.reasons.join('; ').slice(0, 300) };
  }
  if (overall < settings.overall) return { rule: 'low_overall', detail: `${overall} is below ${settings.overall}` };
  return undefined;
}
