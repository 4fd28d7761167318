import assert from 'node:assert/strict';
import { stepLine, type ToldGroup } from '../../../src/domain/rl/step-line.ts';

const group = (no: number, rewards: readonly number[]): ToldGroup => ({
  group: no,
  version: 3,
  rewards,
  wanted: 2,
  tokens: 100,
  calls: 4,
});
const fill = { target: 2, delta: 0.01, quorum: 1, maxStaleness: 1, maxGroups: 8 };
const seconds = { publish: 0.123, rollouts: 5, training: 2.34 };
const made = { step: 4, rewardMean: 0.4567 };

describe('a step in a line', () => {
  it('tells the reward, the groups kept and dropped and why, tokens and seconds', () => {
    const tried = [group(1, [0, 1]), group(2, [0, 0]), group(3, [1, 1]), group(4, [1]), group(5, [0, 1])];

    assert.equal(
      stepLine({ made, kept: [group(0, [0, 1])], tried, stale: 1, fill, seconds }),
      'step 4: reward 0.457 | groups 2 kept, 3 dropped (all right 1, all wrong 1, lost 1), 1 from before, 1 carried on, 1 too old | 500 tokens | seconds: publish 0.1, rollouts 5.0, training 2.3',
    );
  });

  it('says nothing of what there was not', () => {
    const tried = [group(1, [0, 1]), group(2, [0, 1])];

    assert.equal(
      stepLine({ made, kept: [], tried, stale: 0, fill, seconds }),
      'step 4: reward 0.457 | groups 2 kept, 0 dropped | 200 tokens | seconds: publish 0.1, rollouts 5.0, training 2.3',
    );
  });
});
