/**
 * When to ask again (method §1.2): as the endpoint says, else doubling; never all at once, because the server adds no
 * jitter to the retries of activities and after an outage they would come back together.
 */
import type { Rng } from '../../domain/random.ts';

const maxDelayMs = 3_600_000;
const maxBackoffMs = 300_000;

export interface HeaderReader {
  get(name: string): string | null;
}

/** Milliseconds the endpoint asks for: retry-after-ms, then retry-after in seconds or as an HTTP date; else undefined. */
export function readRetryAfter(headers: HeaderReader | undefined, nowMs: number): number | undefined {
  const millis = positive(headers?.get('retry-after-ms'), 1);
  if (millis !== undefined) return millis;
  const value = headers?.get('retry-after');
  const seconds = positive(value, 1000);
  if (seconds !== undefined || value === null || value === undefined) return seconds;
  // A plain number that is not positive would otherwise be read as a year.
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return at > nowMs ? at - nowMs : undefined;
}

/** The delay plus up to 20 %, at most 1 h. */
export function withJitter(delayMs: number, rng: Rng): number {
  return Math.min(maxDelayMs, Math.round(delayMs * (1 + 0.2 * rng())));
}

/** 2 s for the first attempt, doubling to 5 min. */
export function backoffMs(attempt: number): number {
  return Math.min(maxBackoffMs, 2000 * 2 ** Math.min(attempt - 1, 20));
}

function positive(text: string | null | undefined, unitMs: number): number | undefined {
  const value = text === null || text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value > 0 ? value * unitMs : undefined;
}
