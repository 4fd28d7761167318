/**
 * Which environments are worth training on (method §10.7): those that the starting weights solve sometimes. Measured once
 * with the code that measures policies; what was never measured stays.
 */
import { z } from 'zod';
import { canonicalJson } from '../../domain/ids.ts';
import { worthTraining } from '../../domain/rl/difficulty.ts';
import { TrainingPlan } from '../../domain/rl/schema.ts';
import { ConfigError } from '../failures.ts';
import type { PlannedTraining, TrainerActivities } from './contract.ts';
import { type ExamWatch, evaluatePolicy } from './evaluate-policy.ts';
import type { TrainingDesk } from './training-desk.ts';

const Measured = z.array(
  z.object({ task: z.string(), scores: z.array(z.looseObject({ n: z.number(), solved: z.number() })) }),
);

/** The narrower plan; repeating it measures nothing again. */
export async function calibratePlan(
  desk: TrainingDesk,
  { runId, plan: hash, start }: Parameters<TrainerActivities['calibratePlan']>[0],
  watch: ExamWatch,
): Promise<PlannedTraining> {
  const { store } = desk;
  const plan = TrainingPlan.parse(await store.loadBody(hash));
  const { rl } = await store.config(runId);
  const band = rl?.difficulty;
  if (band === undefined) return counted(hash, plan);
  const exam = { runId, plan: hash, label: 'difficulty', weights: start, mode: 'sampled', on: 'training' } as const;
  const { body } = await evaluatePolicy(desk, { ...exam, repeats: band.repeats }, watch);
  const measured = Measured.parse(await store.loadBody(body));
  const attempts = new Map(
    measured.map(({ task, scores }) => [
      task,
      { tried: scores.length, solved: scores.filter(({ n, solved }) => solved === n).length },
    ]),
  );
  const isFit = (id: string): boolean => worthTraining(attempts.get(id) ?? { tried: 0, solved: 0 }, band);
  const outside = plan.training.filter(({ id }) => !isFit(id));
  const narrowed: TrainingPlan = {
    ...plan,
    training: plan.training.filter(({ id }) => isFit(id)),
    left: [...plan.left, ...outside.map(({ id }) => ({ id, reason: 'its pass rate is outside of rl.difficulty' }))],
  };
  if (narrowed.training.length === 0)
    throw new ConfigError(
      'Invalid',
      `Run "${runId}": none of ${plan.training.length} environments has a pass rate from ${band.low} to ${band.high}. Widen rl.difficulty, or train longer by SFT.`,
    );
  return counted(await store.saveBody(canonicalJson(narrowed)), narrowed);
}

function counted(plan: PlannedTraining['plan'], { training, heldOut, left }: TrainingPlan): PlannedTraining {
  return { plan, training: training.length, heldOut: heldOut.length, left: left.length };
}
