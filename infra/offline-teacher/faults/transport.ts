/** Answers that fail on the way: statuses, silence, cut connections. */
import type { ServerResponse } from 'node:http';
import type { FaultKind, TransportFault } from './fault-kinds.ts';
import { TRANSPORT_FAULTS } from './fault-kinds.ts';

export function isTransportFault(kind: FaultKind | undefined): kind is TransportFault {
  return TRANSPORT_FAULTS.some((one) => one === kind);
}

export interface Failure {
  readonly kind: TransportFault;
  /** What the good answer would have been: a truncated one is its first half. */
  readonly body: string;
  /** Seconds. */
  readonly retryAfter: number;
}

/** Makes the response fail. A hang leaves it open until the client goes away. */
export function failResponse(response: ServerResponse, failure: Failure): void {
  FAILURES[failure.kind](response, failure);
}

type Failing = (response: ServerResponse, failure: Failure) => void;

const status =
  (code: number): Failing =>
  (response) =>
    refuse(response, code, {});

const FAILURES: { readonly [Kind in TransportFault]: Failing } = {
  '429': (response, { retryAfter }) => refuse(response, 429, { 'retry-after': String(Math.ceil(retryAfter)) }),
  '429-ms': (response, { retryAfter }) =>
    refuse(response, 429, { 'retry-after-ms': String(Math.round(retryAfter * 1000)) }),
  '429-date': (response, { retryAfter }) =>
    refuse(response, 429, { 'retry-after': new Date(Date.now() + retryAfter * 1000).toUTCString() }),
  '500': status(500),
  '502': status(502),
  '503': status(503),
  hang: () => undefined,
  reset: (response) => {
    response.socket?.resetAndDestroy();
  },
  truncated(response, { body }) {
    const bytes = Buffer.from(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
  },
};

function refuse(response: ServerResponse, status: number, headers: { readonly [name: string]: string }): void {
  const message =
    status === 429
      ? 'Rate limit reached (fault plan of the offline teacher).'
      : 'Server error (fault plan of the offline teacher).';
  const type = status === 429 ? 'rate_limit_error' : 'server_error';
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message, type, param: null, code: null } }));
}
