/**
 * Scores of a policy on held-out environments (method §11): repeats of a task are averaged first, so that the interval
 * is over tasks and not over draws of the same one.
 */
import { mean, meanInterval } from '../statistics.ts';
import type { Score } from './schema.ts';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** 95 per cent intervals over tasks. */
export interface PolicyMeasures {
  readonly tasks: number;
  readonly f1: Interval;
  readonly recall: Interval;
  readonly precision: Interval;
  readonly calls: Interval;
  /** Share of trajectories that solved everything with no call, or change of state, too many. */
  readonly perfect: Interval;
}

export interface ScoredTask {
  readonly task: string;
  readonly scores: readonly Score[];
}

const nothing: Interval = { mean: 0, low: 0, high: 1 };

/** Measures over tasks; tasks without a score are not in them. Over no task at all nothing is known: [0, 1]. */
export function measurePolicy(tasks: readonly ScoredTask[]): PolicyMeasures {
  const measured = tasks.filter(({ scores }) => scores.length > 0);
  const over = (value: (score: Score) => number): Interval =>
    meanInterval(measured.map(({ scores }) => mean(scores.map(value)) ?? 0)) ?? nothing;
  return {
    tasks: measured.length,
    f1: over(({ f1 }) => f1),
    recall: over(({ recall }) => recall),
    precision: over(({ precision }) => precision),
    calls: over(({ calls }) => calls),
    perfect: over(({ recall, precision }) => (recall === 1 && precision === 1 ? 1 : 0)),
  };
}
