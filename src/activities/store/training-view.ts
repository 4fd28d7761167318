/** How training stands, for `astra status`: read from the store alone. */
import type { CheckpointRecord, EvaluationRecord, StepRecord } from '../trainer/contract.ts';
import { checkpointsOf, stepsOf } from './checkpoints.ts';
import { evaluationsOf } from './evaluations.ts';
import { type Queryable, query } from './pool.ts';
import { type KeptJob, lastJob } from './sft-jobs.ts';

/** Label of measures on training environments: no policy's result. */
const difficultyLabel = 'difficulty';

export interface TrainingView {
  readonly sft: KeptJob | null;
  readonly steps: readonly Omit<StepRecord, 'groups' | 'path'>[];
  /** Groups that were rolled out, and how long that took in sum. */
  readonly rollouts: {
    readonly groups: number;
    readonly lost: number;
    readonly tokens: number;
    readonly seconds: number;
  };
  readonly checkpoints: readonly CheckpointRecord[];
  readonly evaluations: readonly Omit<EvaluationRecord, 'body' | 'runId'>[];
}

/** Null for a run that has not begun to train. */
export async function loadTraining(on: Queryable, runId: string): Promise<TrainingView | null> {
  const job = await lastJob(on, runId);
  const steps = await stepsOf(on, runId);
  const checkpoints = await checkpointsOf(on, runId);
  if (job === undefined && steps.length === 0 && checkpoints.length === 0) return null;
  const [rollouts = { groups: 0, lost: 0, tokens: 0, seconds: 0 }] = await query<TrainingView['rollouts']>(
    on,
    `select count(*) as groups, coalesce(sum(lost), 0)::int as lost, coalesce(sum(tokens), 0)::float8 as tokens,
       coalesce(sum(seconds), 0)::float8 as seconds from rollout_group where run_id = $1`,
    [runId],
  );
  return {
    sft: job ?? null,
    steps: steps.map(({ groups: _groups, path: _path, ...step }) => step),
    rollouts,
    checkpoints,
    evaluations: (await evaluationsOf(on, runId))
      .filter(({ label }) => label !== difficultyLabel)
      .map(({ body: _body, runId: _run, ...evaluation }) => evaluation),
  };
}
