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
  return saveText(on, canonicalJson(value));
}

/** The same for text that already is canonical JSON. */
export async function saveText(on: Queryable, text: string): Promise<BlobHash> {
  const body = textBody(text);
  await saveBodies(on, [body]);
  return body.hash;
}

/** The parsed bodies by hash; fails with Store.NotFound naming the missing ones. */
export async function loadBodies(on: Queryable, hashes: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  const wanted = [...new Set(hashes)];
  const found = await findBodies(on, wanted);
  const missing = wanted.filter((hash) => !found.has(hash));
  if (missing.length === 0) return found;
  throw neverSaved(missing);
}

/** Fails with Store.NotFound. */
export type BodyReader = (hash: string) => Promise<Json>;

/**
 * A reader of single bodies: those asked for side by side are read by one statement. Each asker gets its own body, or
 * Store.NotFound for its own hash alone.
 */
export function createBodyReader(on: Queryable): BodyReader {
  let open: { readonly hashes: Set<string>; readonly found: Promise<ReadonlyMap<string, Json>> } | undefined;
  const gather = (): NonNullable<typeof open> => {
    const hashes = new Set<string>();
    // The statement leaves once this turn of the event loop is over: everybody who asks at once has asked by then.
    const found = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      open = undefined;
      return findBodies(on, [...hashes]);
    });
    return { hashes, found };
  };
  return async (hash) => {
    open ??= gather();
    open.hashes.add(hash);
    const body = (await open.found).get(hash);
    if (body === undefined) throw neverSaved([hash]);
    return body;
  };
}

async function findBodies(on: Queryable, hashes: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  if (hashes.length === 0) return new Map();
  const text = 'select hash, body from blob where hash = any($1::text[])';
  const rows = await query<{ hash: string; body: string }>(on, text, [hashes]);
  // Stored bodies are JSON by construction: saved from canonicalJson only.
  return new Map(rows.map((row) => [row.hash, JSON.parse(row.body) as Json]));
}

function neverSaved(hashes: readonly string[]): StoreError {
  return new StoreError('NotFound', `No stored body has the hash ${hashes.join(', ')}: it was never saved here`);
}
