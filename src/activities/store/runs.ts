/** Runs: opened once under their configuration, attached to ever after, shown by phase and status. */
import type { Pool } from 'pg';
import { canonicalJson, hashText, type RunId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { RunConfig } from '../../domain/run/schema.ts';
import type { Trajectories } from '../../domain/run/trajectories/schema.ts';
import { ConfigError, StoreError } from '../failures.ts';
import { columnText } from './column-text.ts';
import { configDifference, configObject, parseRunConfig } from './config-input.ts';
import type { ChainSettings, RunSettings, RunStatus, TrajectorySettings } from './contract.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { trainingSettings } from './training-settings.ts';

/** Opens the run, or attaches to it when it exists under the same configuration. See StoreActivities.openRun. */
export async function openRun(pool: Pool, input: { runId: RunId; config: Json }): Promise<RunSettings> {
  requireRunId(input.runId);
  const config = parseRunConfig(input.config);
  const text = canonicalJson(configObject(config));
  await transaction(pool, async (client) => {
    const inserted = await query(
      client,
      'insert into run (id, config, config_hash) values ($1, $2, $3) on conflict (id) do nothing returning id',
      [input.runId, text, hashText(text)],
    );
    if (inserted.length === 0) return;
    await query(client, 'insert into ledger (run_id, max_cost, max_tokens) values ($1, $2, $3)', [
      input.runId,
      config.budget.maxCost ?? null,
      config.budget.maxTokens ?? null,
    ]);
  });
  refuseChange(input.runId, await loadRunConfig(pool, input.runId), config);
  return toSettings(input.runId, config, hashText(text));
}

/** The stored configuration; fails with Store.NotFound for an unknown run. */
export async function loadRunConfig(on: Queryable, runId: string): Promise<RunConfig> {
  const [row] = await query<{ config: string }>(on, 'select config from run where id = $1', [runId]);
  if (row === undefined) throw unknownRun(runId);
  return RunConfig.parse(JSON.parse(row.config));
}

/** Shows phase and state of the run to readers; fails with Store.NotFound for an unknown run. */
export async function setPhase(
  on: Queryable,
  input: { runId: RunId; phase: string; status: RunStatus; note?: string },
): Promise<void> {
  const updated = await query(
    on,
    'update run set phase = $2, status = $3, note = $4, updated_at = now() where id = $1 returning id',
    [input.runId, columnText(input.phase), input.status, columnText(input.note ?? '')],
  );
  if (updated.length === 0) throw unknownRun(input.runId);
}

export function unknownRun(runId: string): StoreError {
  return new StoreError('NotFound', `No run "${runId}" in this store: \`astra list\` shows the runs there are`);
}

function requireRunId(runId: string): void {
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(runId)) return;
  throw new ConfigError(
    'Invalid',
    `Run id "${runId}": expected 1 to 100 letters, digits, ".", "_" or "-", the first a letter or digit`,
  );
}

function refuseChange(runId: RunId, stored: RunConfig, given: RunConfig): void {
  const difference = configDifference(stored, given);
  if (difference.length === 0) return;
  throw new ConfigError(
    'Changed',
    `Run "${runId}" exists with another configuration:\n${difference.join('\n')}\nUse the stored configuration, or start a new run under another id.`,
  );
}

function toSettings(runId: RunId, config: RunConfig, configHash: string): RunSettings {
  const stage = config.environments ?? stageDefaults();
  return {
    runId,
    configHash,
    ...config.execution,
    attempts: stage.attempts,
    merge: stage.merge,
    dropFailedNodes: stage.dropFailedNodes,
    augment: stage.augment,
    stopAfter: stage.stopAfter,
    gates: config.gates,
    stages: { environments: config.environments !== undefined, trajectories: config.trajectories !== undefined },
    chains: config.trajectories === undefined ? null : chainSettings(config.trajectories.chains),
    trajectories: config.trajectories === undefined ? null : trajectorySettings(config.trajectories),
    ...trainingSettings(config),
  };
}

/** What a run without the stage would say of it: the schema's own defaults. */
function stageDefaults(): NonNullable<RunConfig['environments']> {
  const sources = [{ mode: 'domain', domain: 'none' }];
  const { environments } = RunConfig.parse({ environments: { sources } });
  if (environments === undefined) throw new TypeError('the schema dropped the stage it was given');
  return environments;
}

function chainSettings(chains: NonNullable<RunConfig['trajectories']>['chains']): ChainSettings {
  const { samples, operators, votes, backTranslations, reask } = chains;
  return { samples, operators, votes, backTranslations, reask };
}

function trajectorySettings({ stopAfter, tasks, episodes, judging }: Trajectories): TrajectorySettings {
  const { maxCalls, maxContextTokens, attempts, failures, recordings, reask } = episodes;
  return {
    stopAfter,
    tasks: taskSettings(tasks),
    episodes: { maxCalls, maxContextTokens, attempts, failures, recordings, reask },
    judging,
  };
}

function taskSettings({ augment, measureNecessity, reask }: Trajectories['tasks']): TrajectorySettings['tasks'] {
  const { modes, variations, personasPerTask } = augment;
  return { augment: modes, variations, personasPerTask, measureNecessity, reask };
}
