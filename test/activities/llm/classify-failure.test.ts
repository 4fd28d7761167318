import assert from 'node:assert/strict';
import { CancelledFailure } from '@temporalio/common';
import { ProviderError } from '../../../src/activities/failures.ts';
import { classifyFailure, type RefusedRequest } from '../../../src/activities/llm/classify-failure.ts';

function classify(error: Partial<RefusedRequest>, signal = new AbortController().signal): unknown {
  return classifyFailure(
    { message: 'refused', ...error },
    {
      signal,
      attempt: 3,
      nowMs: 0,
      rng: () => 0.5,
      scrub: (text) => text.replaceAll('sk-1', '[key]'),
      subject: 'small at model.test',
    },
  );
}

const header = (name: string, value: string): Headers => new Headers({ [name]: value });
const fiveMinutes = 330_000;
const thirdBackoff = 8800;

describe('classifyFailure', () => {
  const table: [string, Partial<RefusedRequest>, string, number | undefined][] = [
    ['no connection or a timeout', {}, 'Provider.Unavailable', thirdBackoff],
    ['429 without advice', { status: 429 }, 'Provider.RateLimit', thirdBackoff],
    ['429 with advice', { status: 429, headers: header('retry-after', '100') }, 'Provider.RateLimit', 110_000],
    [
      '429 that forbids to retry',
      { status: 429, headers: header('x-should-retry', 'false') },
      'Provider.RateLimit',
      thirdBackoff,
    ],
    ['429 by code insufficient_quota', { status: 429, code: 'insufficient_quota' }, 'Provider.Quota', fiveMinutes],
    ['429 by type insufficient_quota', { status: 429, type: 'insufficient_quota' }, 'Provider.Quota', fiveMinutes],
    ['402', { status: 402 }, 'Provider.Quota', fiveMinutes],
    ['401', { status: 401 }, 'Provider.Auth', fiveMinutes],
    [
      '401 that advises to retry',
      { status: 401, headers: header('x-should-retry', 'true') },
      'Provider.Auth',
      fiveMinutes,
    ],
    ['403', { status: 403 }, 'Provider.Auth', fiveMinutes],
    ['403 for moderation', { status: 403, message: 'input was flagged' }, 'Provider.ContentFilter', undefined],
    ['408', { status: 408 }, 'Provider.Unavailable', thirdBackoff],
    ['409', { status: 409 }, 'Provider.Unavailable', thirdBackoff],
    ['500', { status: 500 }, 'Provider.Unavailable', thirdBackoff],
    ['503 with advice', { status: 503, headers: header('retry-after-ms', '1000') }, 'Provider.Unavailable', 1100],
    [
      '500 that forbids to retry',
      { status: 500, headers: header('x-should-retry', 'false') },
      'Provider.BadRequest',
      undefined,
    ],
    [
      '400 that advises to retry',
      { status: 400, headers: header('x-should-retry', 'true') },
      'Provider.Unavailable',
      thirdBackoff,
    ],
    ['400', { status: 400 }, 'Provider.BadRequest', undefined],
    ['422', { status: 422 }, 'Provider.BadRequest', undefined],
    ['404 for another path', { status: 404, message: 'Not Found' }, 'Provider.BadRequest', undefined],
    [
      '404 for the model',
      { status: 404, message: 'The model `x` does not exist.' },
      'Provider.ModelNotFound',
      undefined,
    ],
    ['404 by code', { status: 404, code: 'model_not_found' }, 'Provider.ModelNotFound', undefined],
    [
      '400 by code context_length_exceeded',
      { status: 400, code: 'context_length_exceeded' },
      'Provider.ContextTooLong',
      undefined,
    ],
    [
      '400 by words about the context',
      { status: 400, message: "This model's maximum context length is 8192 tokens" },
      'Provider.ContextTooLong',
      undefined,
    ],
    ['400 by code content_filter', { status: 400, code: 'content_filter' }, 'Provider.ContentFilter', undefined],
  ];
  for (const [title, error, type, retryAfterMs] of table) {
    it(`makes ${type} of ${title}`, () => {
      const failure = classify(error);

      assert.ok(failure instanceof ProviderError);
      assert.equal(failure.type, type);
      assert.equal(failure.retryAfterMs, retryAfterMs);
    });
  }

  it('gives the reason of the signal first, whatever the client made of the abort', () => {
    const reason = new CancelledFailure('CANCELLED');

    assert.equal(classify({ status: 401 }, AbortSignal.abort(reason)), reason);
  });

  it('keeps secrets out of message and cause, and shortens what the endpoint sent', () => {
    const failure = classify({ status: 401, message: `Incorrect key sk-1 ${'x'.repeat(1000)}` });

    assert.ok(failure instanceof ProviderError && failure.cause instanceof Error);
    assert.match(failure.message, /^small at model\.test: Incorrect key \[key\] x+$/);
    assert.match(failure.cause.message, /^401: Incorrect key \[key\] x+$/);
    assert.ok(failure.message.length < 500);
  });
});
