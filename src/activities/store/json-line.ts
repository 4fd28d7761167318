/** A row as a line of JSONL: the same row gives the same bytes. */
import { canonicalJson } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';

/** Columns in the order of the row's writer; below them, keys in canonical order whatever they were stored in. */
export function jsonLine(row: Json): string {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) return `${canonicalJson(row)}\n`;
  const columns = Object.entries(row as JsonObject).map(
    ([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`,
  );
  return `{${columns.join(',')}}\n`;
}
