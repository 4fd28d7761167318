import assert from 'node:assert/strict';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import {
  ConfigError,
  DomainError,
  failureTypes,
  ModelOutputError,
  PromptError,
  ProviderError,
  SandboxError,
  StoreError,
  toApplicationFailure,
  wrapActivities,
} from '../../src/activities/failures.ts';

describe('failure types', () => {
  it('keep their names and whether they are retried, because histories hold them', () => {
    const retried = Object.entries(failureTypes).map(([type, { retried: again }]) => `${type}${again ? ' again' : ''}`);

    assert.deepEqual(retried, [
      'Provider.RateLimit again',
      'Provider.Unavailable again',
      'Provider.Auth again',
      'Provider.Quota again',
      'Provider.BadRequest',
      'Provider.ModelNotFound',
      'Provider.ContextTooLong',
      'Provider.ContentFilter',
      'Provider.Budget',
      'Provider.BudgetHeld again',
      'ModelOutput.Invalid',
      'Sandbox.Infra again',
      'Sandbox.Policy',
      'ToolServer.NotStarted again',
      'ToolServer.Died again',
      'ToolServer.Timeout again',
      'ToolServer.Unreachable again',
      'ToolServer.Protocol',
      'ToolServer.TooLarge',
      'ToolServer.Refused',
      'ToolServer.NotRecorded',
      'ToolServer.Drift',
      'ToolServer.EffectUnknown',
      'ToolServer.Config',
      'Trainer.Unavailable again',
      'Trainer.StalePolicy',
      'Trainer.ConfigInvalid',
      'Trainer.ModelNotFound',
      'Trainer.Conflict',
      'Trainer.BatchInvalid',
      'Trainer.DatasetInvalid',
      'Trainer.GradientNotFinite',
      'Trainer.JobFailed',
      'Trainer.OutOfMemory',
      'Trainer.CheckpointCorrupt',
      'Trainer.Protocol',
      'Store.Unavailable again',
      'Store.NotFound',
      'Store.Constraint',
      'Store.BadInput',
      'Prompt.Invalid',
      'Config.Invalid',
      'Config.Changed',
      'Domain.Invalid',
      'Internal.Unexpected',
    ]);
  });
});

describe('toApplicationFailure', () => {
  const table: [Error, string, boolean][] = [
    [new ProviderError('RateLimit', 'slow down'), 'Provider.RateLimit', false],
    [new ProviderError('Budget', 'cap'), 'Provider.Budget', true],
    [new ModelOutputError('gone'), 'ModelOutput.Invalid', true],
    [new SandboxError('Infra', 'no namespaces'), 'Sandbox.Infra', false],
    [new StoreError('Unavailable', 'away'), 'Store.Unavailable', false],
    [new PromptError('no file'), 'Prompt.Invalid', true],
    [new ConfigError('Changed', 'other seed'), 'Config.Changed', true],
    [new DomainError('cycle'), 'Domain.Invalid', true],
    [new TypeError('x is not a function'), 'Internal.Unexpected', true],
  ];
  for (const [error, type, nonRetryable] of table) {
    it(`makes ${type} of ${error.name}, ${nonRetryable ? 'never retried' : 'retried'}`, () => {
      const failure = toApplicationFailure(error);

      assert.equal(failure.type, type);
      assert.equal(failure.nonRetryable, nonRetryable);
      assert.equal(failure.message, error.message);
      assert.equal(failure.cause, error);
    });
  }

  it('carries the wait that the other side named', () => {
    const failure = toApplicationFailure(new ProviderError('RateLimit', 'slow down', { retryAfterMs: 7000 }));

    assert.equal(failure.nextRetryDelay, 7000);
  });

  it('leaves an ApplicationFailure as it is', () => {
    const failure = ApplicationFailure.nonRetryable('no', 'Store.NotFound');

    assert.equal(toApplicationFailure(failure), failure);
  });

  it('says so when something else than an Error was thrown', () => {
    const failure = toApplicationFailure('oops');

    assert.equal(failure.type, 'Internal.Unexpected');
    assert.equal(failure.message, 'an activity threw string instead of an Error');
  });
});

describe('wrapActivities', () => {
  const wrapped = wrapActivities({
    double: (value: number) => Promise.resolve(value * 2),
    fail: () => Promise.reject(new StoreError('NotFound', 'no run r1')),
    cancel: () => Promise.reject(new CancelledFailure('stop')),
  });

  it('passes arguments and results', async () => {
    assert.equal(await wrapped.double(21), 42);
  });

  it('turns errors into typed failures', async () => {
    await assert.rejects(wrapped.fail(), { name: 'ApplicationFailure', type: 'Store.NotFound', nonRetryable: true });
  });

  it('lets cancellation pass, so that it is not recorded as a failure', async () => {
    await assert.rejects(wrapped.cancel(), (error) => error instanceof CancelledFailure);
  });
});
