import assert from 'node:assert/strict';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  RetryState,
  TerminatedFailure,
} from '@temporalio/common';
import { outcomeOf } from '../../src/workflows/item-outcome.ts';

const fromActivity = (cause: Error): ActivityFailure =>
  new ActivityFailure('Activity task failed', 'ask', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);

const fromChild = (cause: Error): ChildWorkflowFailure =>
  new ChildWorkflowFailure(
    'astra',
    { workflowId: 'merge' },
    'environmentMerge',
    RetryState.RETRY_POLICY_NOT_SET,
    cause,
  );

const refused = ApplicationFailure.nonRetryable('refused by the provider', 'Provider.ContentFilter');

describe('the outcome of a failed item', () => {
  it('is the class its activity failed with, however many workflows lie between', () => {
    const outcome = { status: 'failed', class: 'Provider.ContentFilter', detail: 'refused by the provider' };

    assert.deepEqual(outcomeOf(refused), outcome);
    assert.deepEqual(outcomeOf(fromActivity(refused)), outcome);
    assert.deepEqual(outcomeOf(fromChild(fromActivity(refused))), outcome);
    assert.deepEqual(outcomeOf(fromChild(fromChild(fromActivity(refused)))), outcome);
  });

  it('is a failure of the workflow when nothing names a class', () => {
    const ended = { status: 'failed', class: 'Workflow.Failed', detail: 'ended by hand' };

    assert.deepEqual(outcomeOf(fromChild(new TerminatedFailure('ended by hand'))), ended);
  });

  it('is none for a cancellation, which goes up', () => {
    const cancelled = fromChild(fromActivity(new CancelledFailure('cancelled')));

    assert.throws(() => outcomeOf(cancelled), cancelled);
  });
});
