import assert from 'node:assert/strict';
import type { TrainingView } from '../../src/activities/store/training-view.ts';
import { sparkline, trainingLines } from '../../src/cli/training-view.ts';
import { measurePolicy } from '../../src/domain/rl/evaluation.ts';

const score = { n: 1, solved: 1, calls: 1, recall: 1, precision: 1, f1: 1 };

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
        notes: [],
      },
      steps: [],
      rollouts: { groups: 3, lost: 1, tokens: 1200, seconds: 9 },
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
      'rollouts      3 groups, 1.20k tokens sampled in 9 s, 1 lost',
      'held-out  mode        F1 (95 %)             recall  precision  calls  perfect  tasks',
      'rl        sampled x4  1.000 [1.000, 1.000]  1.000   1.000      1.000  100 %    1',
    ]);
  });

  it('warns of steps whose log-probabilities were not computed again as they were sampled', () => {
    const step = (no: number, metrics: Record<string, number>) => ({
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
      tried: 1,
      carried: 0,
      stale: 0,
      lost: 0,
      metrics,
      seconds: 1,
    });
    const view = {
      sft: null,
      rollouts: { groups: 0, lost: 0, tokens: 0, seconds: 0 },
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
});
