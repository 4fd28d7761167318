/** The learning proof in words: tables over the seeds, a line per seed, and which promise holds. */
import { mean } from '../../src/domain/statistics.ts';
import { fixed, table } from '../support/markdown.ts';
import type { Exam, Measure, Mode, Policy } from './scores.ts';
import { overTasks, policies, seedSpread, together } from './scores.ts';

export const titles: Readonly<Record<Policy, string>> = {
  base: 'base',
  sft: 'SFT',
  f1: 'SFT + RL, reward F1',
  recall: 'SFT + RL, recall only',
  precision: 'SFT + RL, precision only',
  alone: 'SFT + RL, F1, no irrelevant tools in training',
};

export const titleOf = (mode: Mode): string => (mode === 'sampled' ? 'T = 1' : 'greedy');

interface Span {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export const spanText = (of: Span, digits = 3): string =>
  `${fixed(of.mean, digits)} [${fixed(of.low, digits)}, ${fixed(of.high, digits)}]`;

/** The exams of one policy in one mode, a seed each. */
export function examsBy(exams: readonly Exam[], policy: Policy, mode: Mode): readonly Exam[] {
  return exams.filter((exam) => exam.policy === policy && exam.mode === mode);
}

/** A row per policy: means over the seeds. */
export function policyTable(exams: readonly Exam[], mode: Mode): string {
  const rows = policies.flatMap((policy) => {
    const own = examsBy(exams, policy, mode);
    if (own.length === 0) return [];
    const spread = seedSpread(own, 'f1');
    const measures: readonly Measure[] = ['recall', 'precision', 'calls'];
    return [
      [
        titles[policy],
        own.length,
        spanText(together(own, 'f1')),
        spread === undefined ? '–' : `± ${fixed(spread, 3)}`,
        ...measures.map((measure) => spanText(together(own, measure), measure === 'calls' ? 2 : 3)),
      ],
    ];
  });
  return table([[titleOf(mode), 'seeds', 'F1', 'over seeds', 'recall', 'precision', 'calls'], ...rows]);
}

/** A row per seed: the three stages at T = 1, and greedy. */
export function seedTable(exams: readonly Exam[]): string {
  const rows = seedsOf(exams).map((seed) => {
    const of = (policy: Policy, mode: Mode): Exam | undefined =>
      examsBy(exams, policy, mode).find((exam) => exam.seed === seed);
    const f1 = (policy: Policy, mode: Mode): string =>
      maybe(of(policy, mode), (exam) => spanText(overTasks(exam, 'f1')));
    const change = (measure: Measure): string =>
      [of('sft', 'sampled'), of('f1', 'sampled')]
        .map((exam) => maybe(exam, (one) => fixed(overTasks(one, measure).mean)))
        .join(' → ');
    return [
      seed,
      f1('base', 'sampled'),
      f1('sft', 'sampled'),
      f1('f1', 'sampled'),
      change('recall'),
      change('precision'),
      change('calls'),
      f1('sft', 'greedy'),
      f1('f1', 'greedy'),
    ];
  });
  const head = ['seed', 'base', 'SFT', 'SFT + RL', 'recall', 'precision', 'calls', 'greedy SFT', 'greedy SFT + RL'];
  return table([head, ...rows]);
}

/** A row per seed: calls and F1 at T = 1 under each reward. */
export function ablationTable(exams: readonly Exam[]): string {
  const shown: readonly Policy[] = ['sft', 'f1', 'recall', 'precision', 'alone'];
  const rows = seedsOf(exams).map((seed) => [
    seed,
    ...shown.map((policy) => {
      const exam = examsBy(exams, policy, 'sampled').find((one) => one.seed === seed);
      return maybe(exam, (one) => `${fixed(overTasks(one, 'f1').mean, 3)}, ${fixed(overTasks(one, 'calls').mean)}`);
    }),
  ]);
  return table([['seed: F1, calls at T = 1', ...shown.map((policy) => titles[policy])], ...rows]);
}

export function seedsOf(exams: readonly Exam[]): number[] {
  return [...new Set(exams.map(({ seed }) => seed))].toSorted((a, b) => a - b);
}

/** Gold answers of a task, on average. */
export function goldAnswers(exams: readonly Exam[]): number {
  const values = exams.flatMap(({ tasks }) => [...tasks.values()].map(({ n }) => n));
  return mean(values) ?? Number.NaN;
}

const maybe = <T>(value: T | undefined, text: (value: T) => string): string =>
  value === undefined ? '–' : text(value);
