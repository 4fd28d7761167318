/** How training stands, for `astra status`: read from the store alone. */
import { type GroupSummary, type PassRates, passRates } from '../../domain/rl/batch-filling.ts';
import type { CheckpointRecord, EvaluationRecord, StepRecord } from '../trainer/contract.ts';
import { checkpointsOf, stepsOf } from './checkpoints.ts';
import { evaluationsOf } from './evaluations.ts';
import { type Queryable, query } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { type KeptJob, lastJob } from './sft-jobs.ts';
import { trainingSettings } from './training-settings.ts';

/** Label of measures on training environments: no policy's result. */
const difficultyLabel = 'difficulty';

/** A step; `kept` groups are its batch, `tokens` were sampled by the weights before it. */
export type StepView = Omit<StepRecord, 'groups' | 'path'> & { readonly kept: number; readonly tokens: number };

export interface TrainingView {
  readonly sft: KeptJob | null;
  readonly steps: readonly StepView[];
  /** Groups that were rolled out, and how long that took in sum. */
  readonly rollouts: {
    readonly groups: number;
    readonly lost: number;
    readonly tokens: number;
    readonly seconds: number;
    /** How the rewards of the groups are spread; null where the run has no stage "rl" any more. */
    readonly rates: PassRates | null;
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
  const groups = await playedGroups(on, runId);
  const tokensAt = new Map<number, number>();
  for (const { version, tokens } of groups) tokensAt.set(version + 1, (tokensAt.get(version + 1) ?? 0) + tokens);
  return {
    sft: job ?? null,
    steps: steps.map(({ groups: batch, path: _path, ...step }) => ({
      ...step,
      kept: batch.length,
      tokens: tokensAt.get(step.step) ?? 0,
    })),
    rollouts: await rolloutsOf(on, runId, groups),
    checkpoints,
    evaluations: (await evaluationsOf(on, runId))
      .filter(({ label }) => label !== difficultyLabel)
      .map(({ body: _body, runId: _run, ...evaluation }) => evaluation),
  };
}

type PlayedGroup = GroupSummary & { readonly lost: number; readonly tokens: number; readonly seconds: number };

function playedGroups(on: Queryable, runId: string): Promise<readonly PlayedGroup[]> {
  return query<PlayedGroup>(
    on,
    `select group_no as "group", version, wanted, rewards, lost, tokens, seconds from rollout_group where run_id = $1
     order by group_no`,
    [runId],
  );
}

async function rolloutsOf(
  on: Queryable,
  runId: string,
  groups: readonly PlayedGroup[],
): Promise<TrainingView['rollouts']> {
  const sum = (of: 'lost' | 'tokens' | 'seconds'): number => groups.reduce((total, group) => total + group[of], 0);
  const { training } = trainingSettings(await loadRunConfig(on, runId));
  const fill = training?.rl?.fill;
  return {
    groups: groups.length,
    lost: sum('lost'),
    tokens: sum('tokens'),
    seconds: sum('seconds'),
    rates: fill === undefined ? null : passRates(groups, fill),
  };
}
