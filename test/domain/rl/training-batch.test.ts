import assert from 'node:assert/strict';
import type { Rollout, RolloutGroup } from '../../../src/domain/rl/schema.ts';
import { trainingRows } from '../../../src/domain/rl/training-batch.ts';

const score = { n: 1, solved: 1, calls: 1, recall: 1, precision: 1, f1: 1 };

function rollout(no: number, sampled: readonly number[], reward: number): Rollout {
  const tokens = [9, ...sampled];
  return {
    no,
    tokens,
    mask: tokens.map((_, at) => (at === 0 ? 0 : 1)),
    logprobs: tokens.map((_, at) => (at === 0 ? 0 : -1)),
    turns: [{ start: 1, length: sampled.length, policy: 'run-v2', finish: 'stop' }],
    stop: 'answer',
    score,
    reward,
    finalAnswerOk: true,
    toolErrors: 0,
    formatErrors: 0,
    said: [],
  };
}

const group = (no: number, rollouts: Rollout[]): RolloutGroup => ({
  group: no,
  task: 'environment-1',
  version: 2,
  policy: 'run-v2',
  shown: [],
  irrelevant: [],
  toolsMissing: false,
  rollouts,
  lost: [],
});
const rule = { scale: 'none', normaliser: 'group_tokens' } as const;

describe('the rows of a batch', () => {
  it('carry advantages that are divided by the tokens of the group and the number of groups', () => {
    // Group 0 samples 1 + 3 tokens, so each advantage is divided by 4 * 2; group 1 samples 2 + 2.
    const rows = trainingRows(
      [
        group(0, [rollout(0, [1], 0), rollout(1, [1, 2, 3], 1)]),
        group(1, [rollout(0, [4, 5], 1), rollout(1, [6, 7], 0.5)]),
      ],
      rule,
    );

    assert.deepEqual(
      rows.map(({ group: no, advantage }) => [no, advantage]),
      [
        [0, -0.5 / 8],
        [0, 0.5 / 8],
        [1, 0.25 / 8],
        [1, -0.25 / 8],
      ],
    );
  });

  it('sum to the mean that a trainer would have taken: the gradient of a token is the same', () => {
    const groups = [group(0, [rollout(0, [1], 0), rollout(1, [1, 2, 3], 1)])];
    const perToken = [-0.5, 0.5, 0.5, 0.5];
    const mean = perToken.reduce((sum, one) => sum + one, 0) / perToken.length;
    const summed = trainingRows(groups, { scale: 'none', normaliser: 'batch_tokens' }).reduce(
      (sum, row) => sum + row.advantage * row.mask.filter((one) => one === 1).length,
      0,
    );

    assert.equal(summed, mean);
  });

  it('let one trajectory stand for all equal ones of its group', () => {
    const rows = trainingRows([group(0, [rollout(0, [1], 1), rollout(1, [2], 0), rollout(2, [1], 1)])], rule);

    assert.deepEqual(
      rows.map(({ rollouts }) => rollouts),
      [[0, 2], [1]],
    );
    assert.ok(Math.abs((rows[0]?.advantage ?? 0) + (rows[1]?.advantage ?? 0)) < 1e-12, 'together as before');
  });

  it('refuse a batch that would change nothing and a trajectory that does not fit itself', () => {
    assert.throws(() => trainingRows([group(0, [rollout(0, [1], 1), rollout(1, [2], 1)])], rule), /every advantage/);
    const broken = { ...rollout(0, [1], 1), mask: [0, 0] as (0 | 1)[] };
    assert.throws(() => trainingRows([group(4, [broken, rollout(1, [2], 0)])], rule), /group 4, rollout 0/);
  });
});
