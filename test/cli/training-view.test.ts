import assert from 'node:assert/strict';
import type { TrainingView } from '../../src/activities/store/training-view.ts';
import { sparkline, trainingLines } from '../../src/cli/training-view.ts';
import { measurePolicy } from '../../src/domain/rl/evaluation.ts';

const score = { n: 1, solved: 1, calls: 1, recall: 1, precision: 1, f1: 1 };

const step = (no: number, metrics: Record<string, number>): TrainingView['steps'][number] => ({
  step: no,
  checkpoint: `step-${no}`,
  manifest: 'm',
  rewardMean: 0,
  rewardStd: 0,
  kl: 0,
  gradNorm: 0,
  epoch: 1,
  batch: 'b',
  parent: 'p',
  weights: 'w',
  tried: 12,
  carried: 1,
  stale: no - 1,
  lost: 0,
  metrics,
  seconds: 1,
  kept: 8,
  tokens: 1_500 * no,
  timings: {},
});

describe('training on the screen', () => {
  it('draws a curve from its lowest to its highest value', () => {
    assert.equal(sparkline([0, 0.5, 1]), '▁▅█');
    assert.equal(sparkline([2, 2]), '▁▁');
    assert.equal(sparkline([]), '');
    assert.equal(sparkline(Array.from({ length: 400 }, (_, at) => at)).length, 40);
  });

  it('shows loss, reward and the table of policies', () => {
    const view: TrainingView = {
      sft: {
        job: 'job-1',
        loss: [
          { step: 1, loss: 2 },
          { step: 2, loss: 1 },
        ],
        notes: ['9 rows were too long and are left out', '4 rows, 900 tokens', 'step 2 saved'],
      },
      steps: [],
      rollouts: { groups: 3, lost: 1, tokens: 1200, seconds: 9, rates: null },
      checkpoints: [],
      evaluations: [
        {
          label: 'rl',
          mode: 'sampled',
          repeats: 4,
          manifest: 'm',
          settings: 's',
          measures: measurePolicy([{ task: 'a', scores: [score] }]),
        },
      ],
    };

    assert.deepEqual(trainingLines(view), [
      'SFT loss      █▁ 2.000 → 1.000  2 steps',
      'SFT rows      9 rows were too long and are left out',
      'SFT rows      4 rows, 900 tokens',
      'groups        3 rolled out: 0 kept, 0 carried on, 0 too old',
      'rollouts      1.20k tokens sampled, 1 rollouts lost, groups took 9 s in sum',
      'held-out  mode        F1 (95 %)             recall  precision  calls  perfect  tasks',
      'rl        sampled x4  1.000 [1.000, 1.000]  1.000   1.000      1.000  100 %    1',
    ]);
  });

  it('warns of steps whose log-probabilities were not computed again as they were sampled', () => {
    const view = {
      sft: null,
      rollouts: { groups: 0, lost: 0, tokens: 0, seconds: 0, rates: null },
      checkpoints: [],
      evaluations: [],
    };
    const lineOf = (steps: TrainingView['steps']): string | undefined =>
      trainingLines({ ...view, steps }).find((line) => line.startsWith('log-probs'));
    const fine = step(1, { logprob_diff_max: 0.00001, logprob_diff_over: 0 });
    const wrong = step(2, { logprob_diff_max: 0.25, logprob_diff_over: 1 });

    assert.equal(lineOf([fine]), 'log-probs     sampled and recomputed differ by at most 1.0e-5');
    assert.equal(
      lineOf([fine, wrong]),
      'log-probs     sampled and recomputed differ by at most 2.5e-1; WARNING: above the limit in step 2',
    );
    assert.equal(lineOf([step(1, {})]), undefined);
  });

  it('tells of steps what was kept and dropped, what was sampled and where the seconds went', () => {
    const timings = { publish: 0.1, rollouts: 4, batch: 0.01, load: 0.2, update: 2.5, checkpoint: 0.3, wait: 0.04 };
    const metrics = { reward_mean: 0.5, f1: 0.5, calls: 2.25 };
    const steps = [step(1, metrics), { ...step(2, { ...metrics, reward_mean: 0.75 }), timings }];
    const rates = { allGood: 2, allBad: 5, equal: 0, mixed: 17, lost: 0 };
    const rollouts = { groups: 24, lost: 3, tokens: 4_500, seconds: 30, rates };
    const lines = trainingLines({ sft: null, steps, rollouts, checkpoints: [], evaluations: [] });

    assert.deepEqual(lines.slice(3), [
      'groups        24 rolled out: 16 kept, 7 dropped (all right 2, all wrong 5), 1 carried on, 1 too old',
      'rollouts      4.50k tokens sampled, 3 rollouts lost, groups took 30 s in sum',
      'seconds       7.15 a step: publish 0.10, rollouts 4.00, batch 0.01, load 0.20, update 2.50, checkpoint 0.30, wait 0.04',
      'step  reward  F1     calls  kept/tried  carried  too old  tokens  publish  rollouts  batch   load    update  checkpoint  wait',
      '1     0.500   0.500  2.250  8/12        1        0        1.50k   ?        ?         ?       ?       ?       ?           ?',
      '2     0.750   0.500  2.250  8/12        1        1        3.00k   0.10 s   4.00 s    0.01 s  0.20 s  2.50 s  0.30 s      0.04 s',
    ]);
  });
});
