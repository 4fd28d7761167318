/** How many questions, scenarios and tool servers a configuration holds, counted from its files. */
import type { Json } from '../../domain/json.ts';
import type { RunConfig, Source } from '../../domain/run/schema.ts';
import type { ToolSource } from '../../domain/run/trajectories/schema.ts';
import { serversOf } from '../../domain/tool-pool/source.ts';
import { readRows } from '../rows.ts';

export interface PlannedVolume {
  readonly questions: number;
  readonly scenarios: number;
  /** Tool servers of the trajectories stage; absent without it. */
  readonly servers?: number;
}

/** Rows of all sources times their repeats; throws InputError for a file that cannot be read. */
export async function countQuestions(config: RunConfig): Promise<PlannedVolume> {
  const sources = config.environments?.sources ?? [];
  const counts = await Promise.all(
    sources.map(async (source) => ({ mode: source.mode, rows: (await rowsOf(source)) * source.repeats })),
  );
  const scenarios = counts.filter(({ mode }) => mode === 'scenario').reduce((total, { rows }) => total + rows, 0);
  // Finished environments ask nothing of a model.
  const asked = counts.filter(({ mode }) => mode !== 'environment').reduce((total, { rows }) => total + rows, 0);
  const questions = asked - scenarios;
  const stage = config.trajectories;
  return stage === undefined
    ? { questions, scenarios }
    : { questions, scenarios, servers: await countServers(stage.servers) };
}

async function countServers(sources: readonly ToolSource[]): Promise<number> {
  const files = await Promise.all(sources.map(async (source) => ({ source, ...(await readRows(source.file, true)) })));
  return files.reduce((total, { source, rows }) => total + serversOf(source, rows).length, 0);
}

async function rowsOf(source: Source): Promise<number> {
  if (source.file === undefined) return 1;
  const { rows } = await readRows(source.file, true);
  const found = source.mode === 'taxonomy' ? rows.reduce<number>((total, row) => total + leaves(row), 0) : rows.length;
  return Math.min(found, source.count ?? found);
}

/** Leaves of a taxonomy: objects with a text as description. */
function leaves(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  if ('description' in value && typeof value['description'] === 'string') return 1;
  return Object.values(value).reduce<number>((total, child) => total + leaves(child), 0);
}
