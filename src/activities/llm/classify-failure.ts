/**
 * What a failed request means (method §1.2). The order decides: cancellation, no status, 429, refused key, other
 * retryable statuses, refused request.
 */
import type { Rng } from '../../domain/random.ts';
import { ProviderError } from '../failures.ts';
import type { HeaderReader } from './retry-after.ts';
import { backoffMs, readRetryAfter, withJitter } from './retry-after.ts';

const parkedMs = 300_000;
const shownLength = 400;

/** What a refused request carries; the client's errors fit it, and so do error bodies sent with HTTP 200. */
export interface RefusedRequest {
  readonly status?: number | undefined;
  readonly headers?: HeaderReader | undefined;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly message: string;
}

export interface FailureContext {
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly nowMs: number;
  readonly rng: Rng;
  /** Removes secrets from a text. */
  readonly scrub: (text: string) => string;
  /** What failed, for the message: model and host. */
  readonly subject: string;
}

/** The error to throw: the signal's own reason when the activity was cancelled, else a ProviderError without secrets. */
export function classifyFailure(error: RefusedRequest, context: FailureContext): unknown {
  if (context.signal.aborted) return context.signal.reason;
  const kind = failureKind(error);
  const text = context.scrub(error.message).slice(0, shownLength);
  const cause = new Error(`${error.status ?? 'no status'}: ${text}`);
  return new ProviderError(kind, `${context.subject}: ${text}`, { cause, ...delayOf(kind, error, context) });
}

type Kind = ProviderError['kind'];

function failureKind(error: RefusedRequest): Kind {
  const { status } = error;
  if (status === undefined) return 'Unavailable';
  if (status === 402) return 'Quota';
  if (status === 429) return isQuota(error) ? 'Quota' : 'RateLimit';
  if (status === 401) return 'Auth';
  // Some routers refuse a moderated prompt with 403; closing the queue would not help that prompt.
  if (status === 403) return refusal(error) === 'ContentFilter' ? 'ContentFilter' : 'Auth';
  return isRetryable(status, error.headers) ? 'Unavailable' : refusal(error);
}

function isQuota(error: RefusedRequest): boolean {
  return [error.code, error.type].some((word) => word === 'insufficient_quota');
}

function isRetryable(status: number, headers: HeaderReader | undefined): boolean {
  const advice = headers?.get('x-should-retry');
  if (advice === 'true' || advice === 'false') return advice === 'true';
  return status === 408 || status === 409 || status >= 500;
}

const refusals: readonly (readonly [Kind, RegExp])[] = [
  ['ContextTooLong', /context_length|context[ _](?:length|window|size)|prompt is too long|longer than/i],
  ['ContentFilter', /content[ _](?:filter|policy|management)|moderation|flagged/i],
  ['ModelNotFound', /model_not_found|unknown model|model\b.{0,200}(?:not found|not exist|not_found)/is],
];

function refusal(error: RefusedRequest): Kind {
  const text = `${String(error.code ?? '')} ${String(error.type ?? '')} ${error.message}`;
  return refusals.find(([, words]) => words.test(text))?.[0] ?? 'BadRequest';
}

function delayOf(kind: Kind, error: RefusedRequest, context: FailureContext): { retryAfterMs?: number } {
  if (kind === 'Auth' || kind === 'Quota') return { retryAfterMs: withJitter(parkedMs, context.rng) };
  if (kind !== 'RateLimit' && kind !== 'Unavailable') return {};
  const asked = readRetryAfter(error.headers, context.nowMs) ?? backoffMs(context.attempt);
  return { retryAfterMs: withJitter(asked, context.rng) };
}
