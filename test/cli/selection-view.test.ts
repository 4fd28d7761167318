import assert from 'node:assert/strict';
import { selectionLines } from '../../src/cli/selection-view.ts';
import { scoreHistogram } from '../../src/domain/selection/histogram.ts';

describe('the selection on the screen', () => {
  it('says what was kept, what was not and what other thresholds would keep', () => {
    const histogram = scoreHistogram([0.45, 0.75, 0.85, 1]);
    assert.deepEqual(
      selectionLines({ judged: 4, selected: 1, leftOut: { low_overall: 2, contaminated: 1 }, histogram }),
      [
        'selected: 1 of 4 judged conversations',
        '  left out: low_overall 2, contaminated 1',
        '  overall scores at or above 0.5: 75 %, 0.6: 75 %, 0.7: 75 %, 0.8: 50 %, 0.9: 25 %',
      ],
    );
  });

  it('has one line for a run whose conversations all stay', () => {
    assert.deepEqual(selectionLines({ judged: 0, selected: 0, leftOut: {}, histogram: [] }), [
      'selected: 0 of 0 judged conversations',
    ]);
  });
});
