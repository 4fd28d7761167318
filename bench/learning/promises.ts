/** What the learning proof promises, and whether the figures hold it; a promise without its figures is not held. */
import { fixed } from '../support/markdown.ts';
import { examsBy, goldAnswers, seedsOf, spanText, titleOf } from './report.ts';
import type { Exam, Measure, Mode, Policy } from './scores.ts';
import { difference, isBelow, overTasks, together } from './scores.ts';

export interface Verdict {
  readonly promise: string;
  readonly held: boolean;
  readonly detail: string;
}

/** Every promise over the seeds that are wanted. */
export function verdicts(exams: readonly Exam[], seeds: readonly number[]): Verdict[] {
  if (seedsOf(exams).length === 0) return [];
  return [
    ...seeds.map((seed) => stagesOfSeed(exams, seed)),
    stagesTogether(exams, 'sampled'),
    stagesTogether(exams, 'greedy'),
    changed(exams, { of: 'f1', from: 'sft', measure: 'recall', to: 'not lower' }),
    changed(exams, { of: 'recall', from: 'sft', measure: 'calls', to: 'higher' }),
    changed(exams, { of: 'precision', from: 'sft', measure: 'calls', to: 'lower' }),
    changed(exams, { of: 'precision', from: 'sft', measure: 'recall', to: 'lower' }),
    changed(exams, { of: 'precision', from: 'f1', measure: 'recall', to: 'lower' }),
    nearestToGold(exams),
    changed(exams, { of: 'f1', from: 'recall', measure: 'f1', to: 'higher' }),
    changed(exams, { of: 'f1', from: 'precision', measure: 'f1', to: 'higher' }),
  ];
}

/** Reported as it comes out: a training without irrelevant tools promises nothing. */
export function irrelevantTools(exams: readonly Exam[]): string {
  const of = (mode: Mode): string => {
    const without = examsBy(exams, 'alone', mode);
    const paired = pairs(exams, { of: 'f1', from: 'alone', mode });
    if (without.length === 0) return `${titleOf(mode)}: not measured`;
    return `${titleOf(mode)}: F1 ${spanText(difference(paired.of, paired.from, 'f1'))}, calls ${spanText(difference(paired.of, paired.from, 'calls'), 2)}`;
  };
  return `With irrelevant tools in training less without, per task: ${of('sampled')}; ${of('greedy')}.`;
}

function stagesOfSeed(exams: readonly Exam[], seed: number): Verdict {
  const [base, sft, rl] = (['base', 'sft', 'f1'] as const).map((policy) =>
    examsBy(exams, policy, 'sampled').find((exam) => exam.seed === seed),
  );
  const promise = `seed ${seed}: base < SFT < SFT + RL at T = 1, intervals apart`;
  if (base === undefined || sft === undefined || rl === undefined)
    return { promise, held: false, detail: 'not measured' };
  const [b, s, r] = [overTasks(base, 'f1'), overTasks(sft, 'f1'), overTasks(rl, 'f1')];
  return { promise, held: isBelow(b, s) && isBelow(s, r), detail: [b, s, r].map((one) => spanText(one)).join(' < ') };
}

function stagesTogether(exams: readonly Exam[], mode: Mode): Verdict {
  const [b, s, r] = (['base', 'sft', 'f1'] as const).map((policy) => together(examsBy(exams, policy, mode), 'f1'));
  const promise = `all seeds together: base < SFT < SFT + RL, ${titleOf(mode)}, intervals apart`;
  if (b === undefined || s === undefined || r === undefined) return { promise, held: false, detail: 'not measured' };
  const paired = pairs(exams, { of: 'f1', from: 'sft', mode });
  const gain = `SFT + RL less SFT, per task: ${spanText(difference(paired.of, paired.from, 'f1'))}`;
  const detail = `${[b, s, r].map((one) => spanText(one)).join(' < ')}; ${gain}`;
  return { promise, held: isBelow(b, s) && isBelow(s, r), detail };
}

interface Change {
  readonly of: Policy;
  readonly from: Policy;
  readonly measure: Measure;
  readonly to: 'higher' | 'lower' | 'not lower';
}

const names: Readonly<Record<Policy, string>> = {
  base: 'base',
  sft: 'SFT',
  f1: 'reward F1',
  recall: 'recall only',
  precision: 'precision only',
  alone: 'without irrelevant tools',
};

/** Judged by the differences per task at T = 1, over the seeds that have both. */
function changed(exams: readonly Exam[], { of, from, measure, to }: Change): Verdict {
  const paired = pairs(exams, { of, from, mode: 'sampled' });
  const label = measure === 'f1' ? 'F1' : measure;
  const promise = `${names[of]}: ${label} ${to} than ${names[from]}, T = 1`;
  if (paired.of.length === 0) return { promise, held: false, detail: 'not measured' };
  const by = difference(paired.of, paired.from, measure);
  const held = { higher: by.low > 0, lower: by.high < 0, 'not lower': by.high >= 0 }[to];
  const [before, after] = [together(paired.from, measure), together(paired.of, measure)];
  const detail = `${fixed(before.mean, 3)} to ${fixed(after.mean, 3)}; per task ${spanText(by)}; seeds: ${paired.of.length}`;
  return { promise, held, detail };
}

/** Over the seeds that have all three rewards. */
function nearestToGold(exams: readonly Exam[]): Verdict {
  const n = goldAnswers(exams);
  const three = ['f1', 'recall', 'precision'] as const;
  const [first = [], ...others] = three.map((policy) => seedsOf(examsBy(exams, policy, 'sampled')));
  const common = first.filter((seed) => others.every((seeds) => seeds.includes(seed)));
  const promise = 'reward F1 keeps the calls nearest to n, T = 1';
  if (common.length === 0) return { promise, held: false, detail: 'not measured: no seed has all three rewards' };
  const rewards = three.map((policy) => {
    const own = examsBy(exams, policy, 'sampled').filter(({ seed }) => common.includes(seed));
    const calls = together(own, 'calls').mean;
    return { policy, calls, away: Math.abs(calls - n) };
  });
  const [nearest] = rewards.toSorted((a, b) => a.away - b.away);
  return {
    promise,
    held: nearest?.policy === 'f1',
    detail: `n ${fixed(n)}; ${rewards.map(({ policy, calls }) => `${names[policy]} ${fixed(calls)}`).join(', ')}; seeds: ${common.length}`,
  };
}

/** The exams of two policies over the seeds that have both. */
function pairs(
  exams: readonly Exam[],
  { of, from, mode }: { readonly of: Policy; readonly from: Policy; readonly mode: Mode },
): { readonly of: readonly Exam[]; readonly from: readonly Exam[] } {
  const [one, other] = [examsBy(exams, of, mode), examsBy(exams, from, mode)];
  const both = new Set(seedsOf(one).filter((seed) => seedsOf(other).includes(seed)));
  const common = (list: readonly Exam[]): readonly Exam[] => list.filter(({ seed }) => both.has(seed));
  return { of: common(one), from: common(other) };
}
