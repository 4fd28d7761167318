import assert from 'node:assert/strict';
import { scoreEpisode } from '../../../src/domain/stateful/score.ts';
import { goldOf } from '../../support/python-tools.ts';

const environment = {
  goal: [
    { path: ['a'], equals: 1 },
    { path: ['b'], equals: 2 },
  ],
  answers: [{ fn: 'sum_up', gold: goldOf('3') }],
  gold: ['h1', 'h2', 'h2'].map((stateHash) => ({ fn: 'x', args: {}, result: '', stateHash })),
  initialStateHash: 'h0',
};
const sum = { fn: 'sum_up', run: { status: 'ok', value: { sum: 3 }, stdout: '', loadStdout: '' } };

describe('the score of an episode', () => {
  it('is 1 for the goal with no more changes than the gold sequence makes, whatever is read beside', () => {
    const episode = { calls: [sum, sum, sum], stateHashes: ['h0', 'h0', 'h8', 'h9', 'h9'], finalState: { a: 1, b: 2 } };

    assert.deepEqual(scoreEpisode(environment, episode), { score: 1, recall: 1, precision: 1, changes: 2 });
  });

  it('falls with every assertion and answer that is missing', () => {
    const other = { ...sum, fn: 'x' };
    const episode = { calls: [other], stateHashes: ['h0', 'h1'], finalState: { a: 1, b: 0 } };
    const { score, recall, precision } = scoreEpisode(environment, episode);

    assert.deepEqual([recall, precision], [1 / 3, 1]);
    assert.equal(score, 0.5);
  });

  it('falls with changes beyond those of the gold sequence', () => {
    const episode = { calls: [sum], stateHashes: ['h0', 'h1', 'h2', 'h3', 'h4'], finalState: { a: 1, b: 2 } };

    assert.equal(scoreEpisode(environment, episode).precision, 0.5);
    assert.equal(scoreEpisode(environment, episode).score, 2 / 3);
  });

  it('is 0 when nothing was reached', () => {
    assert.equal(scoreEpisode(environment, { calls: [], stateHashes: ['h0'], finalState: {} }).score, 0);
  });

  it('has no precision where nothing was called, and full precision where nothing was changed', () => {
    const idle = { calls: [], stateHashes: ['h0'], finalState: {} };

    assert.equal(scoreEpisode(environment, idle).precision, 0);
    assert.equal(scoreEpisode(environment, { ...idle, calls: [sum] }).precision, 1);
  });
});
