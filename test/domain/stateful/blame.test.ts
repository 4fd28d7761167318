import assert from 'node:assert/strict';
import { partsToRewrite } from '../../../src/domain/stateful/blame.ts';
import { type StatefulFinding, statefulFeedback } from '../../../src/domain/stateful/finding.ts';

describe('who writes an environment with state again', () => {
  it('is whoever a rule blames', () => {
    assert.deepEqual(partsToRewrite(['plan', 'implementation', 'plan'], 0), ['plan', 'implementation']);
    assert.deepEqual(partsToRewrite(['disagreement', 'design'], 1), ['design']);
  });

  it('is the implementation, then the plan, in turns, while they only disagree', () => {
    assert.deepEqual(
      [1, 2, 3].map((disagreements) => partsToRewrite(['disagreement', 'disagreement'], disagreements)),
      [['implementation'], ['plan'], ['implementation']],
    );
  });

  it('is nobody without blame', () => {
    assert.deepEqual(partsToRewrite([], 0), []);
  });
});

describe('what the writers are told', () => {
  const findings: StatefulFinding[] = [
    { rule: 'leak', blame: 'design', detail: 'd', hint: 'to the designer' },
    {
      rule: 'goal',
      blame: 'disagreement',
      detail: 'STATE.a is 4',
      hint: 'to the programmer',
      planHint: 'to the planner',
    },
    { rule: 'static', blame: 'implementation', detail: 'e', hint: 'line 4' },
    { rule: 'static', blame: 'implementation', detail: 'e', hint: 'line 4' },
  ];

  it('goes to each part alone, once, and never holds what was seen', () => {
    assert.deepEqual(statefulFeedback(findings), {
      design: ['to the designer'],
      plan: ['to the planner'],
      implementation: ['to the programmer', 'line 4'],
    });
  });
});
