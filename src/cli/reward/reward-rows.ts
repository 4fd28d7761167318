/** Rewards of the trajectories of a file: each row ends in a score, a refusal by a named rule, or a failure by its class. */

import { SandboxError } from '../../activities/failures.ts';
import { isStatefulRow } from '../../activities/proof/verify-stateful.ts';
import { readEnvironment } from '../../domain/environment/import.ts';
import type { Json } from '../../domain/json.ts';
import { type RewardEnvironment, rewardEnvironment } from '../../domain/reward/environment.ts';
import { rewardEpisode } from '../../domain/reward/stateful-reward.ts';
import { type RewardOutcome, type RewardScore, rewardTrajectory } from '../../domain/reward/trajectory-reward.ts';
import { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import { readTrajectory } from '../../domain/trajectory/read.ts';
import type { Trajectory } from '../../domain/trajectory/schema.ts';
import { rowId } from '../verify/decompositions.ts';
import type { ExecuteCalls } from './execute-calls.ts';
import type { ExecuteEpisode } from './execute-episode.ts';

/** How calls are made again. */
export interface Execution {
  readonly calls: ExecuteCalls;
  readonly episode: ExecuteEpisode;
}

/** Numbers are null unless the row was scored: there is no reward that stands for "we do not know". */
export interface RewardRow {
  readonly id: string;
  readonly environment: string | null;
  /** ok, rejected:<rule> or failed:<class>. */
  readonly outcome: string;
  readonly detail: string;
  readonly n: number | null;
  readonly solved: number | null;
  readonly calls: number | null;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly reward: number | null;
  readonly perCall: RewardScore['perCall'];
}

/** One row per trajectory, in file order. */
export async function rewardRows(
  files: { readonly environments: readonly Json[]; readonly trajectories: readonly Json[] },
  execute: Execution,
): Promise<readonly RewardRow[]> {
  const known = readEnvironments(files.environments);
  const rows: RewardRow[] = [];
  for (const [at, row] of files.trajectories.entries())
    rows.push(await rewardRow(row, { position: at + 1, known, execute }));
  return rows;
}

type Known =
  | { readonly ok: true; readonly environment: RewardEnvironment }
  | { readonly ok: true; readonly stateful: StatefulEnvironment }
  | { readonly ok: false; readonly rule: 'bad_environment' | 'environment_twice'; readonly detail: string };

function readEnvironments(rows: readonly Json[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const [at, row] of rows.entries()) {
    const [id, read] = readOne(row, at + 1);
    const twice = { ok: false, rule: 'environment_twice', detail: `two rows have the id ${id}` } as const;
    known.set(id, known.has(id) ? twice : read);
  }
  return known;
}

function readOne(row: Json, position: number): readonly [string, Known] {
  const id = rowId(row, position - 1);
  if (isStatefulRow(row)) {
    const parsed = StatefulEnvironment.safeParse(row);
    if (parsed.success) return [id, { ok: true, stateful: parsed.data }];
    const [issue] = parsed.error.issues;
    const detail = `at ${issue?.path.map(String).join('.') || 'the top level'}: ${issue?.message}`;
    return [id, { ok: false, rule: 'bad_environment', detail }];
  }
  const read = readEnvironment(row, position);
  if (!read.ok) return [id, { ok: false, rule: 'bad_environment', detail: read.detail }];
  const { sourceId } = read.environment;
  const made = rewardEnvironment(read.environment);
  return [sourceId, made.ok ? made : { ok: false, rule: 'bad_environment', detail: made.detail }];
}

interface Place {
  readonly position: number;
  readonly known: ReadonlyMap<string, Known>;
  readonly execute: Execution;
}

async function rewardRow(row: Json, { position, known, execute }: Place): Promise<RewardRow> {
  const read = readTrajectory(row, position);
  if (!read.ok) return unscored({ id: read.id, environment: null }, `rejected:${read.rule}`, read.detail);
  const { trajectory } = read;
  const found = trajectory.environment === null ? undefined : known.get(trajectory.environment);
  if (found === undefined) {
    const detail = `no row of the environments has the id ${trajectory.environment ?? '(the row names none)'}`;
    return unscored(trajectory, 'rejected:unknown_environment', detail);
  }
  if (!found.ok) return unscored(trajectory, `rejected:${found.rule}`, found.detail);
  if ('stateful' in found) return scored(trajectory, await episodeReward(found.stateful, trajectory, execute.episode));
  const calls = await execute.calls(found.environment, trajectory);
  return scored(trajectory, rewardTrajectory(found.environment, { calls, ...endOf(trajectory) }));
}

async function episodeReward(
  environment: StatefulEnvironment,
  trajectory: Trajectory,
  execute: ExecuteEpisode,
): Promise<RewardOutcome> {
  try {
    return rewardEpisode(environment, await execute(environment, trajectory));
  } catch (error) {
    if (!(error instanceof SandboxError && error.type === 'Sandbox.Infra')) throw error;
    return { status: 'failed', class: 'Sandbox.Infra', detail: error.message };
  }
}

function endOf({ messages, expects }: Trajectory): { expectsNoCall: boolean; lastWords: string } {
  const last = messages.at(-1);
  return { expectsNoCall: expects === 'no_call', lastWords: last?.role === 'assistant' ? last.content : '' };
}

function scored(trajectory: Trajectory, outcome: RewardOutcome): RewardRow {
  if (outcome.status === 'rejected') return unscored(trajectory, `rejected:${outcome.rule}`, outcome.detail);
  if (outcome.status === 'failed') return unscored(trajectory, `failed:${outcome.class}`, outcome.detail);
  const { status: _, ...score } = outcome;
  return { id: trajectory.id, environment: trajectory.environment, outcome: 'ok', detail: '', ...score };
}

function unscored(of: Pick<Trajectory, 'id' | 'environment'>, outcome: string, detail: string): RewardRow {
  const nothing = { n: null, solved: null, calls: null, recall: null, precision: null, reward: null };
  return { id: of.id, environment: of.environment, outcome, detail, ...nothing, perCall: [] };
}
