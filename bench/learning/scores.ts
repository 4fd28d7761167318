/** Scores of the learning proof, task by task: of one seed, and of all seeds together. */
import type { Interval } from '../../src/domain/rl/evaluation.ts';
import { mean, meanInterval } from '../../src/domain/statistics.ts';

export type Mode = 'sampled' | 'greedy';
export type Measure = 'f1' | 'recall' | 'precision' | 'calls' | 'n';

/** base, sft and f1 come from the main run of a seed; the others start from its weights after SFT. */
export const policies = ['base', 'sft', 'f1', 'recall', 'precision', 'alone'] as const;
export type Policy = (typeof policies)[number];

/** One policy of one seed in one mode; a value per task, repeats averaged. */
export interface Exam {
  readonly seed: number;
  readonly policy: Policy;
  readonly mode: Mode;
  readonly tasks: ReadonlyMap<string, Readonly<Record<Measure, number>>>;
}

/** Over the tasks of one seed. */
export function overTasks(exam: Exam, measure: Measure): Interval {
  return interval([...exam.tasks.values()].map((task) => task[measure]));
}

/** Over tasks, each averaged over the seeds first. */
export function together(exams: readonly Exam[], measure: Measure): Interval {
  return interval([...taskValues(exams, measure).values()]);
}

/** Difference of two policies over the tasks that both were measured on, seeds averaged first. */
export function difference(of: readonly Exam[], from: readonly Exam[], measure: Measure): Interval {
  const before = taskValues(from, measure);
  const differences = [...taskValues(of, measure)].flatMap(([task, value]) => {
    const known = before.get(task);
    return known === undefined ? [] : [value - known];
  });
  return interval(differences);
}

/** Two-sided 95 per cent points of Student's distribution by degrees of freedom, from 1. */
const student = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];

/** Half the width of the 95 per cent interval over seeds; undefined for a single one. */
export function seedSpread(exams: readonly Exam[], measure: Measure): number | undefined {
  const means = exams.map((exam) => overTasks(exam, measure).mean);
  const centre = mean(means) ?? 0;
  const factor = student[means.length - 2];
  if (factor === undefined) return undefined;
  const variance = means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (means.length - 1);
  return factor * Math.sqrt(variance / means.length);
}

function taskValues(exams: readonly Exam[], measure: Measure): ReadonlyMap<string, number> {
  const values = new Map<string, number[]>();
  for (const { tasks } of exams)
    for (const [task, measures] of tasks) values.set(task, [...(values.get(task) ?? []), measures[measure]]);
  return new Map([...values].map(([task, of]) => [task, mean(of) ?? 0]));
}

function interval(values: readonly number[]): Interval {
  return meanInterval(values) ?? { mean: Number.NaN, low: Number.NaN, high: Number.NaN };
}

/** True when the first interval ends before the second begins. */
export function isBelow(one: Interval, other: Interval): boolean {
  return one.high < other.low;
}
