/**
 * What an agent reads of a failure that was made up (method §5.3): the words services use, short, without a trace and
 * without a sign that nothing was called. Empty and stale answers look like results, and count as such.
 */
import type { FailureKind } from '../episode/schema.ts';
import { pick, seededRng } from '../random.ts';
import type { Observation } from './schema.ts';

type WordedKind = Exclude<FailureKind, 'stale'>;

const wordings: Readonly<Record<WordedKind, readonly string[]>> = {
  timeout: [
    'Error: request timed out after 30 seconds',
    'Error: the operation timed out (30000 ms). Please try again.',
    '504 Gateway Timeout: the upstream service did not respond in time',
  ],
  unreachable: [
    'Error: connection refused',
    '503 Service Unavailable: the service is temporarily unavailable. Please try again later.',
    'Error: could not reach the service (network unreachable)',
  ],
  rate_limit: [
    'Error 429: too many requests. Retry after 5 seconds.',
    'Rate limit exceeded: please wait a moment before trying again',
  ],
  auth: [
    'Error 401: unauthorized. The access token has expired.',
    'Error 403: permission denied for this operation. The credentials are not valid any more.',
  ],
  empty: ['[]', '{}', 'No results.'],
};

/** The observation of a failure other than a stale answer; equal seeds give equal words. */
export function injectedObservation(kind: WordedKind, seed: string): Observation {
  const text = pick(seededRng(`${seed}/words`), wordings[kind]);
  const rest = { text, structured: null, notes: [] };
  return kind === 'empty'
    ? { status: 'ok', recognisedBy: null, ...rest }
    : { status: 'error', recognisedBy: 'failure_plan', ...rest };
}
