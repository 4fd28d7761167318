/** Bodies by their hash: canonical JSON text, stored once, never changed. */
import { type BlobHash, canonicalJson, hashText } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { StoreError } from '../failures.ts';
import { type Queryable, query } from './pool.ts';

export interface Body {
  readonly hash: BlobHash;
  /** Canonical JSON. */
  readonly text: string;
}

/** A value as it is stored: its canonical text and the hash of that. */
export function toBody(value: Json): Body {
  return textBody(canonicalJson(value));
}

/** The same for text that already is canonical JSON. */
export function textBody(text: string): Body {
  // The hash of a body is what a blob hash means.
  return { text, hash: hashText(text) as BlobHash };
}

/** Stores bodies in one statement; those already there stay as they are. */
export async function saveBodies(on: Queryable, bodies: readonly Body[]): Promise<void> {
  if (bodies.length === 0) return;
  // Sorted, so that two transactions that store the same bodies never wait for each other in a circle.
  const sorted = [...bodies].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  await query(
    on,
    'insert into blob (hash, body) select * from unnest($1::text[], $2::text[]) on conflict (hash) do nothing',
    [sorted.map((body) => body.hash), sorted.map((body) => body.text)],
  );
}

/** Stores one value; returns its hash. */
export async function saveValue(on: Queryable, value: Json): Promise<BlobHash> {
  const body = toBody(value);
  await saveBodies(on, [body]);
  return body.hash;
}

/** The parsed bodies by hash; fails with Store.NotFound naming the missing ones. */
export async function loadBodies(on: Queryable, hashes: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  const wanted = [...new Set(hashes)];
  if (wanted.length === 0) return new Map();
  const rows = await query<{ hash: string; body: string }>(
    on,
    'select hash, body from blob where hash = any($1::text[])',
    [wanted],
  );
  // Stored bodies are JSON by construction: saved from canonicalJson only.
  const found = new Map(rows.map((row) => [row.hash, JSON.parse(row.body) as Json]));
  const missing = wanted.filter((hash) => !found.has(hash));
  if (missing.length === 0) return found;
  throw new StoreError('NotFound', `No stored body has the hash ${missing.join(', ')}: it was never saved here`);
}

/** One parsed body; fails with Store.NotFound. */
export async function loadBody(on: Queryable, hash: string): Promise<Json> {
  const found = await loadBodies(on, [hash]);
  return found.get(hash) ?? null;
}
