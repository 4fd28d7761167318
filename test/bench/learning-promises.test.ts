import assert from 'node:assert/strict';
import { verdicts } from '../../bench/learning/promises.ts';
import type { Exam, Policy } from '../../bench/learning/scores.ts';

interface Values {
  readonly f1: number;
  readonly recall: number;
  readonly calls: number;
}

/** Forty tasks around the given values, in both modes. */
function exams(seed: number, policy: Policy, { f1, recall, calls }: Values): Exam[] {
  const tasks = new Map(
    Array.from({ length: 40 }, (_, at) => {
      const off = (at % 5) * 0.02 - 0.04;
      return [`task-${at}`, { f1: f1 + off, recall: recall + off, precision: f1 + off, calls: calls + off, n: 3 }];
    }),
  );
  return [
    { seed, policy, mode: 'sampled', tasks },
    { seed, policy, mode: 'greedy', tasks },
  ];
}

const paper: Readonly<Record<Policy, Values>> = {
  base: { f1: 0.04, recall: 0.04, calls: 0.5 },
  sft: { f1: 0.45, recall: 0.5, calls: 4 },
  f1: { f1: 0.6, recall: 0.55, calls: 2.8 },
  recall: { f1: 0.4, recall: 0.6, calls: 6 },
  precision: { f1: 0.5, recall: 0.4, calls: 1.5 },
  alone: { f1: 0.58, recall: 0.55, calls: 2.8 },
};

function seedLike(seed: number, other: Partial<Record<Policy, Values>> = {}): Exam[] {
  const policies = Object.keys(paper) as Policy[]; // the keys are written above
  return policies.flatMap((policy) => exams(seed, policy, other[policy] ?? paper[policy]));
}

const broken = (of: readonly Exam[], seeds: readonly number[]): string[] =>
  verdicts(of, seeds)
    .filter(({ held }) => !held)
    .map(({ promise }) => promise);

describe('promises of the learning proof', () => {
  it('are held by figures of the shape of the paper', () => {
    assert.deepEqual(broken([...seedLike(21), ...seedLike(22)], [21, 22]), []);
  });

  it('are broken by one seed whose RL gains nothing, for that seed alone', () => {
    const flat = seedLike(22, { f1: { f1: 0.46, recall: 0.55, calls: 2.8 } });
    assert.deepEqual(broken([...seedLike(21), ...flat], [21, 22]), [
      'seed 22: base < SFT < SFT + RL at T = 1, intervals apart',
    ]);
  });

  it('are broken by a reward of recall that makes no more calls, and by one of F1 that strays from n', () => {
    const odd = { recall: { f1: 0.4, recall: 0.6, calls: 3 } };
    assert.deepEqual(broken(seedLike(21, odd), [21]), [
      'recall only: calls higher than SFT, T = 1',
      'reward F1 keeps the calls nearest to n, T = 1',
    ]);
  });

  it('are broken by what was not measured', () => {
    const measured = seedLike(21).filter(({ policy }) => policy !== 'precision');
    const missing = broken(measured, [21, 22]);
    assert.equal(missing.length, 6);
    assert.ok(missing.includes('seed 22: base < SFT < SFT + RL at T = 1, intervals apart'));
    assert.ok(missing.includes('precision only: calls lower than SFT, T = 1'));
  });
});
