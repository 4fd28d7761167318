import assert from 'node:assert/strict';
import type { ObservedCall } from '../../../src/domain/environment/call-outcome.ts';
import type { Json } from '../../../src/domain/json.ts';
import type { SequenceRun } from '../../../src/domain/stateful/candidate.ts';
import { makeable, needsOf } from '../../../src/domain/stateful/knowledge.ts';
import { libraryCandidate, libraryPlan } from '../../support/stateful-library.ts';

const returned = (value: Json): ObservedCall => ({
  status: 'ok',
  value,
  canonical: JSON.stringify(value),
  stdout: '',
  loadStdout: '',
});

describe('what an agent can know', () => {
  it('is the task and the results before: the state tells nothing', () => {
    const [lend, extend, sum] = libraryPlan.calls.map((call) => ({ ...call, arguments: { ...call.arguments } }));
    assert.ok(lend !== undefined && extend !== undefined && sum !== undefined);
    const gold: SequenceRun = {
      calls: [
        lend,
        { ...extend, arguments: { loan_id: 'loan-2', days: 9 } },
        { ...extend, arguments: { loan_id: 'permit-77', days: 9 } },
        sum,
      ],
      results: [returned({ loan_id: 'loan-2' }), returned({ 'loan-2': 23 }), returned({}), returned({})],
      stateHashes: [],
      state: null,
      otherData: '',
    };

    assert.deepEqual(needsOf(libraryCandidate(), gold), [
      { call: 1, parameter: 'loan_id', sources: [0] },
      { call: 2, parameter: 'loan_id', sources: [] },
    ]);
  });

  it('decides which calls of an order can be made, one after the other', () => {
    const needs = [
      { call: 1, parameter: 'id', sources: [0] },
      { call: 2, parameter: 'id', sources: [1] },
      { call: 3, parameter: 'id', sources: [0, 2] },
    ];

    assert.deepEqual(makeable([0, 1, 2, 3], needs), [true, true, true, true]);
    assert.deepEqual(makeable([1, 0, 2, 3], needs), [false, true, false, true]);
    assert.deepEqual(makeable([1, 2, 3], needs), [false, false, false]);
    assert.deepEqual(makeable([3, 2], []), [true, true]);
  });
});
