/**
 * Which tasks go on (paper §3.1; method §4.4): quality, realism and need of tools must all reach their threshold; the
 * original scores four dimensions and filters by none. What a model answers without tools needs none, whatever was said.
 */
import type { Outcome } from '../run/outcome.ts';
import type { ScoreDimension, ScoreReply, WithoutToolsReply } from './schema.ts';

export type Thresholds = Readonly<Record<ScoreDimension, number>>;

const dimensions: readonly ScoreDimension[] = [
  'question_quality',
  'scenario_realism',
  'tool_use_necessity',
  'tool_selection_difficulty',
  'tool_selection_uniqueness',
];

/** Passes, or is rejected by the first dimension below its threshold; `withoutTools` is null where it was not measured. */
export function gateTask(scores: ScoreReply, withoutTools: WithoutToolsReply | null, thresholds: Thresholds): Outcome {
  const low = dimensions.filter((dimension) => scores[dimension].score < thresholds[dimension]);
  const [first] = low;
  if (first !== undefined) {
    const said = low.map((dimension) => `${dimension} ${scores[dimension].score} is below ${thresholds[dimension]}`);
    return { status: 'rejected', rule: `low_${first}`, detail: `${said.join('; ')}: ${scores[first].reason}` };
  }
  if (withoutTools?.complete !== true) return { status: 'ok' };
  const detail = `answered without tools: ${withoutTools.answer.slice(0, 200)}`;
  return { status: 'rejected', rule: 'answerable_without_tools', detail };
}
