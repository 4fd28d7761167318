/** Stored bodies under the schema they were stored with. */
import type { ZodType } from 'zod';
import { DomainError, ModelOutputError } from '../failures.ts';
import type { BodyReader } from './blobs.ts';

/** One body of ours; fails with Domain.Invalid when it no longer fits its schema. */
export async function loadOwn<T>(read: BodyReader, hash: string, schema: ZodType<T>): Promise<T> {
  return fitting(schema, await read(hash), hash);
}

/** One reply of a model, or null for none; fails with ModelOutput.Invalid when it no longer fits its schema. */
export async function loadReply<T>(read: BodyReader, hash: string | null, schema: ZodType<T>): Promise<T | null> {
  if (hash === null) return null;
  const parsed = schema.safeParse(await read(hash));
  if (parsed.success) return parsed.data;
  throw new ModelOutputError(
    `The stored reply ${hash} does not fit the schema of its prompt: ${parsed.error.message.slice(0, 300)}. Open the item again to ask anew.`,
  );
}

/** A body that was read with its row, as text; fails with Domain.Invalid, naming what it is of, when it no longer fits. */
export function parseStored<T>(schema: ZodType<T>, text: string, id: string): T {
  return fitting(schema, JSON.parse(text), id);
}

/** The same for a body that was parsed already. */
export function fitting<T>(schema: ZodType<T>, value: unknown, id: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DomainError(`What is stored of ${id} does not fit its schema: ${parsed.error.message.slice(0, 300)}`);
}
