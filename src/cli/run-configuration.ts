/** The configuration a run is started with, held against the one it may already have. */
import type { Pool } from 'pg';
import { StoreError } from '../activities/failures.ts';
import { configDifference } from '../activities/store/config-input.ts';
import { loadRunConfig as loadStoredConfig } from '../activities/store/runs.ts';
import type { RunId } from '../domain/ids.ts';
import type { RunConfig } from '../domain/run/schema.ts';
import { InputError } from './exit-codes.ts';

/** Stages this version can run; `--stages` chooses among them. */
export const stageNames = ['environments', 'trajectories'] as const;

/** The configuration with only the named stages; throws InputError for one that does not exist or is not configured. */
export function withStages(config: RunConfig, list: string | undefined): RunConfig {
  if (list === undefined) return config;
  const names = list.split(',').map((name) => name.trim());
  const wanted = names.map((name) => {
    const known = stageNames.find((stage) => stage === name);
    if (known !== undefined && config[known] !== undefined) return known;
    throw new InputError(
      `--stages: got ${JSON.stringify(name)}; expected stages of the configuration, out of ${stageNames.join(', ')}. Correct it.`,
    );
  });
  const { environments, trajectories, ...rest } = config;
  return {
    ...rest,
    ...(environments === undefined || !wanted.includes('environments') ? {} : { environments }),
    ...(trajectories === undefined || !wanted.includes('trajectories') ? {} : { trajectories }),
  };
}

/** The stored configuration, or undefined for a run this store does not know. */
export async function storedConfig(pool: Pool, run: string): Promise<RunConfig | undefined> {
  return loadStoredConfig(pool, run).catch((error: unknown) => {
    if (error instanceof StoreError && error.type === 'Store.NotFound') return undefined;
    throw error;
  });
}

/** Throws InputError with every difference when the run exists under another configuration. */
export async function refuseChangedConfig(pool: Pool, run: RunId, config: RunConfig): Promise<void> {
  const stored = await storedConfig(pool, run);
  const difference = stored === undefined ? [] : configDifference(stored, config);
  if (difference.length === 0) return;
  throw new InputError(
    `run ${run} exists with another configuration (stored → given):\n  ${difference.join('\n  ')}\nThe same id is the same run: choose another --run, or go back to the stored configuration.`,
  );
}
