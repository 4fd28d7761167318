/**
 * Ids derive from content: SHA-256 over canonical JSON (appendix B of the method; ours).
 * The same content always has the same id, so re-running a stage can never make a second row of one thing.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json } from './json.ts';

declare const brand: unique symbol;
type Id<Kind extends string> = string & { readonly [brand]: Kind };

/** One execution of our pipeline, chosen by the user or derived from the configuration. */
export type RunId = Id<'run'>;
/** SHA-256 of a stored body: 64 hexadecimal characters. */
export type BlobHash = Id<'blob'>;
/** One question row of a source, before decomposition. */
export type QuestionId = Id<'question'>;
/** One decomposed question: main question and trace. */
export type InstanceId = Id<'instance'>;
/** One proven tool: document and code. */
export type ToolId = Id<'tool'>;
/** One emitted environment row. */
export type EnvironmentId = Id<'environment'>;
/** One billable request: canonical request, model, provider and sample number. */
export type CallKey = Id<'call'>;

/** JSON text with sorted keys and Unicode-normalised (NFC) strings; numbers as JSON prints them. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'));
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => [key.normalize('NFC'), item]);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** Hexadecimal SHA-256 of a text (UTF-8). */
export function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** Hexadecimal SHA-256 of the canonical JSON of a value. */
export function hashJson(value: Json): string {
  return hashText(canonicalJson(value));
}

/** A readable id: the kind's prefix and the first 16 hexadecimal characters (64 bits) of the content hash. */
export function contentId<Kind extends string>(prefix: Kind, value: Json): Id<Kind> {
  return `${prefix}-${hashJson(value).slice(0, 16)}` as Id<Kind>;
}
