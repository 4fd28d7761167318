import { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import type { CallOptions, CallResult } from './contract.ts';
import { parseStrictJson } from './strict-json.ts';

/** What crosses the line between a sandbox server and its client; one shape each, checked on both sides. */
const json: z.ZodType<Json> = z.json();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const options = z.strictObject({
  seed: z.string().exactOptional(),
  now: z.string().exactOptional(),
  hashSeed: z.union([z.literal(0), z.literal(1)]).exactOptional(),
  cpuMs: z.number().exactOptional(),
  wallMs: z.number().exactOptional(),
  memMb: z.number().exactOptional(),
  outKb: z.number().exactOptional(),
}) satisfies z.ZodType<CallOptions>;

const toolError = z.object({ type: z.string(), message: z.string() });
const logged = z.object({
  fn: z.string(),
  args: json,
  resultHash: z.string().exactOptional(),
  stateHash: z.string().exactOptional(),
});

export const mostCallsInBatch = 64;

export const loadRequest = z.strictObject({ source: z.string() });
export const loadAnswer = z.object({ hash, error: toolError.exactOptional() });

/** Sources by hash once, then the calls: a batch of one environment sends its source once. */
export const callRequest = z.strictObject({
  sources: z.record(hash, z.string()),
  calls: z
    .array(z.strictObject({ env: hash, fn: z.string(), args: json, options }))
    .min(1)
    .max(mostCallsInBatch),
});

/** One more call of an episode, or with `next` null its state. The server keeps nothing: the log says it all. */
export const episodeRequest = z.strictObject({
  source: z.string(),
  options,
  log: z.array(logged),
  next: z.strictObject({ fn: z.string(), args: json }).nullable(),
});

const usage = z.object({ cpuMs: z.number(), wallMs: z.number(), maxRssKb: z.number() });
const printed = { stdout: z.string(), loadStdout: z.string(), usage, unsafe: z.literal(true).exactOptional() };
const failedStatus = z.enum(['tool_error', 'timeout', 'memory', 'output_limit', 'crash', 'bad_result', 'infra']);
const wireResult = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok'), canonical: z.string(), ...printed }),
  z.object({ status: failedStatus, error: toolError, ...printed }),
]);
type WireResult = z.infer<typeof wireResult>;

export const callAnswer = z.object({ results: z.array(wireResult) });
export const episodeAnswer = z.object({
  result: wireResult.nullable(),
  hash: z.string(),
  log: z.array(logged),
});
export const infoAnswer = z.object({
  backend: z.string(),
  level: z.enum(['vm', 'gvisor', 'ns+seccomp', 'seccomp', 'none']),
  python: z.string(),
});

/** The value travels as its canonical text: numbers arrive as they were written. */
export function toWire(result: CallResult): WireResult {
  if (result.status !== 'ok') return result;
  const { value: _, ...rest } = result;
  return rest;
}

/** Throws SyntaxError when the canonical text is not strict JSON. */
export function fromWire(result: WireResult): CallResult {
  return result.status === 'ok' ? { ...result, value: parseStrictJson(result.canonical) } : result;
}
