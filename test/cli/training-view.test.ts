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
});
