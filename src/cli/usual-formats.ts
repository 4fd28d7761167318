/** The formats that are written when nobody names some: they depend on what a run was configured to make. */
import type { Pool } from 'pg';
import { loadRunConfig } from '../activities/store/runs.ts';
import { defaultFormats, type ExportFormat } from '../domain/export/formats.ts';

export async function usualFormats(pool: Pool, run: string): Promise<readonly ExportFormat[]> {
  const { environments, trajectories } = await loadRunConfig(pool, run);
  return defaultFormats({
    environments: environments !== undefined,
    scenarios: environments?.sources.some((source) => source.mode === 'scenario') === true,
    trajectories: trajectories?.stopAfter === 'trajectories',
  });
}
