import assert from 'node:assert/strict';
import { trajectoryLines } from '../../src/cli/trajectory-lines.ts';
import { scoreHistogram } from '../../src/domain/selection/histogram.ts';

describe('judged episodes on the screen', () => {
  it('say what was kept, what was not and what other thresholds would keep', () => {
    const histogram = scoreHistogram([0.45, 0.75, 0.85, 1]);
    const leftOut = { contaminated: 1, low_overall: 2 };
    assert.deepEqual(trajectoryLines({ judged: 4, selected: 1, leftOut, histogram, agreement: null }), [
      '1 of 4 judged trajectories are training data (left out: contaminated 1, low_overall 2)',
      'overall scores at or above 0.5: 75 %, 0.6: 75 %, 0.7: 75 %, 0.8: 50 %, 0.9: 25 %',
    ]);
  });

  it('have one line when all of them stay and none has a score', () => {
    assert.deepEqual(trajectoryLines({ judged: 0, selected: 0, leftOut: {}, histogram: [], agreement: null }), [
      '0 of 0 judged trajectories are training data',
    ]);
  });
});
