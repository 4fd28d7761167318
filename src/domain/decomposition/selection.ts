/**
 * Which scored instances go on to get tools (method §8.3): the paper keeps the top tenth. An instance without a score is
 * never selected and never moves the percentile.
 */
import { nearestRank } from '../statistics.ts';

export type SelectionRule = { readonly percentile: number } | { readonly threshold: number };

export interface ScoredItem {
  readonly id: string;
  /** In [0, 1]; null when a check is unresolved. */
  readonly score: number | null;
}

export interface Selection {
  /** Ids in the order they came. */
  readonly selected: readonly string[];
  readonly scored: number;
  readonly unscored: number;
  /** Lowest score that was let through; null when a percentile was asked for and nothing has a score. */
  readonly threshold: number | null;
}

/** Instances at or above the nearest-rank percentile of the scored ones, or an absolute threshold; ties are in. */
export function selectInstances(items: readonly ScoredItem[], rule: SelectionRule): Selection {
  const scores = items.map((item) => item.score).filter((score) => score !== null);
  const threshold = 'threshold' in rule ? rule.threshold : (nearestRank(scores, rule.percentile) ?? null);
  const selected = items.filter((item) => item.score !== null && threshold !== null && item.score >= threshold);
  return {
    selected: selected.map((item) => item.id),
    scored: scores.length,
    unscored: items.length - scores.length,
    threshold,
  };
}
