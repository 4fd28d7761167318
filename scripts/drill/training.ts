/** What a drill compares of training: rows by name without times and places, and what the trainer itself has. */
import { join } from 'node:path';
import type { Pool } from 'pg';
import { checkpointsOf, stepsOf } from '../../src/activities/store/checkpoints.ts';
import { evaluationsOf } from '../../src/activities/store/evaluations.ts';
import { query } from '../../src/activities/store/pool.ts';
import { checkpointFiles, jobCurves, stepsMade } from './trainer-home.ts';

/** A text by name; equal texts are equal things. */
export type Named = Readonly<Record<string, string>>;

export interface Training {
  readonly checkpoints: Named;
  /** Manifest of the last checkpoint; null before the first. */
  readonly last: string | null;
  readonly steps: readonly StoredStep[];
  readonly stepRows: Named;
  readonly groups: Named;
  /** Jobs in the store, by key, with their loss by step. */
  readonly jobs: readonly StoredJob[];
  readonly evaluations: Named;
  /** At the trainer. */
  readonly made: Readonly<Record<string, readonly number[]>>;
  readonly curves: Named;
  readonly files: Named;
}

export interface StoredStep {
  readonly step: number;
  readonly manifest: string;
  readonly parent: string;
}

export interface StoredJob {
  readonly key: string;
  readonly job: string;
  readonly metrics: string;
}

/** Undefined where nothing was trained. */
export async function readTraining(pool: Pool, run: string, home: string): Promise<Training | undefined> {
  const folder = join(home, 'trainer');
  const checkpoints = await checkpointsOf(pool, run);
  if (checkpoints.length === 0) return undefined;
  const steps = await stepsOf(pool, run);
  const evaluations = await evaluationsOf(pool, run);
  return {
    checkpoints: named(checkpoints, ({ name }) => name),
    last: checkpoints.at(-1)?.manifest ?? null,
    steps: steps.map(({ step, manifest, parent }) => ({ step, manifest, parent })),
    stepRows: named(
      steps.map(({ path: _path, seconds: _seconds, timings: _timings, ...step }) => step),
      ({ step }) => `step ${step}`,
    ),
    groups: named(await groupsOf(pool, run), ({ group_no, policy }) => `group ${group_no} of ${policy}`),
    jobs: await query<StoredJob>(
      pool,
      'select key, job, metrics from training_job where run_id = $1 order by created_at',
      [run],
    ),
    evaluations: named(evaluations, ({ manifest, mode, settings }) => `${manifest} ${mode} ${settings}`),
    made: stepsMade(folder),
    curves: jobCurves(folder),
    files: checkpointFiles(folder),
  };
}

function groupsOf(pool: Pool, run: string): Promise<readonly { group_no: number; policy: string }[]> {
  return query(
    pool,
    `select group_no, policy, version, task, body, wanted, rewards, solved, lost, tokens, calls
     from rollout_group where run_id = $1`,
    [run],
  );
}

function named<T>(rows: readonly T[], nameOf: (row: T) => string): Named {
  return Object.fromEntries(rows.map((row) => [nameOf(row), JSON.stringify(row)]));
}
