import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addBridge,
  addTurn,
  beginTrajectory,
  isHistory,
  sampledTokens,
  trajectoryFault,
} from '../../../src/domain/rl/token-trajectory.ts';

const ids = fc.array(fc.nat(700), { minLength: 1, maxLength: 6 });
const turn = (tokens: readonly number[], finish: 'stop' | 'length' = 'stop') => ({
  tokens,
  logprobs: tokens.map(() => -0.5),
  policy: 'run-v1',
  finish,
});

describe('a trajectory of tokens', () => {
  it('only grows: each prompt is the one before it, what was sampled, and the bridge', () => {
    fc.assert(
      fc.property(ids, fc.array(fc.tuple(ids, ids), { minLength: 1, maxLength: 4 }), (prompt, turns) => {
        let trajectory = beginTrajectory(prompt);
        let expected = [...prompt];
        for (const [completion, bridge] of turns) {
          trajectory = addBridge(addTurn(trajectory, turn(completion)), bridge);
          expected = [...expected, ...completion, ...bridge];
        }
        const sampled = turns.reduce((sum, [completion]) => sum + completion.length, 0);
        return (
          isHistory(trajectory, expected) &&
          sampledTokens(trajectory) === sampled &&
          trajectoryFault({ ...trajectory, tokens: [...trajectory.tokens] } as never) === undefined
        );
      }),
    );
  });

  it('knows a history that was rendered again from its text', () => {
    const trajectory = addBridge(addTurn(beginTrajectory([1, 2]), turn([3, 4])), [5]);

    assert.equal(isHistory(trajectory, [1, 2, 3, 4, 5]), true);
    // The same text, encoded as one token instead of two.
    assert.equal(isHistory(trajectory, [1, 2, 34, 5]), false);
  });

  it('keeps which weights sampled which tokens', () => {
    const trajectory = addTurn(addBridge(addTurn(beginTrajectory([1]), turn([2, 3])), [4]), {
      ...turn([5]),
      policy: 'run-v2',
    });

    assert.deepEqual(trajectory.turns, [
      { start: 1, length: 2, policy: 'run-v1', finish: 'stop' },
      { start: 4, length: 1, policy: 'run-v2', finish: 'stop' },
    ]);
    assert.deepEqual(trajectory.mask, [0, 1, 1, 0, 1]);
    assert.deepEqual(trajectory.logprobs, [0, -0.5, -0.5, 0, -0.5]);
  });

  it('cannot go on after a turn that was cut off', () => {
    assert.throws(() => addBridge(addTurn(beginTrajectory([1]), turn([2], 'length')), [3]), /ended by itself/);
  });

  it('refuses log-probabilities that are none or too few', () => {
    const odd = { ...turn([2, 3]), logprobs: [-0.1, 0.2] };

    assert.throws(() => addTurn(beginTrajectory([1]), odd), /with 0.2 at 1/);
    assert.throws(() => addTurn(beginTrajectory([1]), { ...odd, logprobs: [-0.1] }), /each of 2 tokens, got 1/);
  });

  it('names what is wrong with a stored one', () => {
    const stored = { tokens: [1, 2, 3], mask: [0, 1, 1] as (0 | 1)[], logprobs: [0, -1, -1], turns: [] };

    assert.equal(trajectoryFault(stored), 'the mask and the turns name different tokens');
    assert.equal(trajectoryFault({ ...stored, mask: [0, 1] }), '3 tokens, but 2 mask values and 3 log-probabilities');
  });
});
