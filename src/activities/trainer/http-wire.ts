/**
 * JSON over HTTP to a trainer: one agent per process, every answer parsed by a schema, every refusal a TrainerError.
 * No answer, 5xx and 503 mean: try again later; everything else is said by the type in the body.
 */
import { Agent, fetch, type RequestInit } from 'undici';
import { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import { TrainerError } from '../failures.ts';

/** One sampling request may take this long on a busy laptop; so may reading a large file of SFT. */
export const longestMs = 1_800_000;

export interface TrainerRequest<T> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Json;
  readonly answer: z.ZodType<T>;
  /** Statuses from 400 on that are an answer as well. */
  readonly answers?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface TrainerWire {
  readonly url: string;
  send<T>(request: TrainerRequest<T>): Promise<T>;
  /** For clients that bring their own requests; the same agent. */
  readonly fetch: typeof fetch;
  close(): Promise<void>;
}

/** A wire to one address; `headers` go with every request. */
export function createTrainerWire(url: string, headers: Readonly<Record<string, string>> = {}): TrainerWire {
  const dispatcher = new Agent({ headersTimeout: longestMs, bodyTimeout: longestMs, connect: { timeout: 10_000 } });
  const reach: typeof fetch = (input, init) => fetch(input, { ...init, dispatcher });
  return {
    url,
    fetch: reach,
    async send({ method, path, body, answer, answers = [], signal }) {
      const init: RequestInit = {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      };
      const place = `${method} ${new URL(path, url).href}`;
      const { status, text } = await reach(new URL(path, url), init).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (cause: unknown) => {
          if (signal?.aborted === true) throw signal.reason;
          throw new TrainerError('Unavailable', `${place}: no answer: ${reasonOf(cause)}`, { cause });
        },
      );
      if (status >= 400 && !answers.includes(status)) throw trainerFailure(place, status, text);
      return parsed({ place, text, answer });
    },
    close: () => dispatcher.close(),
  };
}

function parsed<T>({ place, text, answer }: { place: string; text: string; answer: z.ZodType<T> }): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TrainerError('Protocol', `${place}: expected JSON, got "${text.slice(0, 120)}"`, { cause });
  }
  const result = answer.safeParse(value);
  if (result.success) return result.data;
  const detail = z.prettifyError(result.error).slice(0, 400);
  throw new TrainerError('Protocol', `${place}: the answer does not fit the contract: ${detail}`);
}

const ErrorBody = z.object({ error: z.object({ type: z.string(), message: z.string() }) });

/** What each error type of the contract means here; types that are not in it are told by their status. */
const kinds: Readonly<Record<string, TrainerError['kind']>> = {
  stale_policy: 'StalePolicy',
  model_not_found: 'ModelNotFound',
  base_missing: 'ModelNotFound',
  batch_invalid: 'BatchInvalid',
  dataset_invalid: 'DatasetInvalid',
  gradient_not_finite: 'GradientNotFinite',
  checkpoint_corrupt: 'CheckpointCorrupt',
  out_of_memory: 'OutOfMemory',
  disk_full: 'OutOfMemory',
  conflict: 'Conflict',
};

/** The error for a refused request. */
export function trainerFailure(place: string, status: number, text: string): TrainerError {
  const read = ErrorBody.safeParse(jsonOr(text));
  const { type, message } = read.success ? read.data.error : { type: '', message: text.slice(0, 300) };
  const kind = kinds[type] ?? (status >= 500 || status === 408 || status === 429 ? 'Unavailable' : 'ConfigInvalid');
  return new TrainerError(kind, `${place}: ${status} ${type}: ${message.slice(0, 600)}`);
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : String(inner);
}
