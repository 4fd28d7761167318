/** How many questions a configuration asks, counted from its files. */
import type { Json } from '../../domain/json.ts';
import type { RunConfig, Source } from '../../domain/run/schema.ts';
import { readRows } from '../rows.ts';

/** Rows of all sources times their repeats; throws InputError for a file that cannot be read. */
export function countQuestions(config: RunConfig): number {
  const sources = config.environments?.sources ?? [];
  return sources.reduce((total, source) => total + rowsOf(source) * source.repeats, 0);
}

function rowsOf(source: Source): number {
  if (source.file === undefined) return 1;
  const { rows } = readRows(source.file, true);
  const found = source.mode === 'taxonomy' ? rows.reduce((total, { value }) => total + leaves(value), 0) : rows.length;
  return Math.min(found, source.count ?? found);
}

/** Leaves of a taxonomy: objects with a text as description. */
function leaves(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  if ('description' in value && typeof value['description'] === 'string') return 1;
  return Object.values(value).reduce<number>((total, child) => total + leaves(child), 0);
}
