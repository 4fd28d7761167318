/**
 * What a run trains and is measured on, decided once (method §10.5, §10.7, §11): environments that no training sees,
 * the pool of irrelevant tools, and for every environment the bands it draws them from.
 */
import { canonicalJson, type RunId } from '../../domain/ids.ts';
import { type Split, splitByDomain, splitHeldOut, splitSubject } from '../../domain/rl/held-out-split.ts';
import type { Vector } from '../../domain/rl/lexical-similarity.ts';
import { TaskEnvironment, type TrainingPlan } from '../../domain/rl/schema.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { Evaluation } from '../../domain/run/training/schema.ts';
import { ConfigError } from '../failures.ts';
import type { PlannedTraining, TrainingStore } from './contract.ts';
import { bandsOfAll, irrelevantOf, type Member, noBands, poolOf } from './plan-bands.ts';
import type { TrainingDesk } from './training-desk.ts';

/** Vectors of unit length, one per text, from the run's embedding model. */
export type Embed = (config: RunConfig, texts: readonly string[]) => Promise<readonly Vector[]>;

/** Makes the plan, or answers the one that was made. Fails with Config.Invalid when nothing is left to train on. */
export async function planTraining(desk: TrainingDesk, { runId }: { runId: RunId }): Promise<PlannedTraining> {
  const { store } = desk;
  const known = await store.findPlan(runId);
  if (known !== undefined) {
    // Only this function stores plans.
    const { training, heldOut, left } = (await store.loadBody(known)) as TrainingPlan;
    return { plan: known, training: training.length, heldOut: heldOut.length, left: left.length };
  }
  const config = await store.config(runId);
  const plan = await makePlan(desk, runId, config);
  if (config.evaluation !== undefined && plan.heldOut.length === 0)
    throw new ConfigError(
      'Invalid',
      `Run "${runId}" holds no environment out (${plan.splitBy}): of ${plan.training.length + plan.left.length} environments none is a stranger to the others. Let the stage "environments" emit more, or take out "evaluation".`,
    );
  const needed = config.rl !== undefined || config.sft?.data === 'environments';
  if (needed && plan.training.length === 0)
    throw new ConfigError(
      'Invalid',
      `Run "${runId}" has no environment to train on: ${plan.left.length} were left out${plan.left.length > 0 ? ` (${plan.left[0]?.reason})` : ''}. Let the stage "environments" emit more.`,
    );
  // A plan is made of texts and numbers.
  const hash = await store.savePlan(runId, await store.saveBody(canonicalJson(plan)));
  return { plan: hash, training: plan.training.length, heldOut: plan.heldOut.length, left: plan.left.length };
}

async function makePlan(desk: TrainingDesk, runId: RunId, config: RunConfig): Promise<TrainingPlan> {
  const members = await membersOf(desk.store, runId);
  const split = wanted(splitOf(members, config), members, config);
  const held = new Set(split.heldOut);
  const planned = members.filter(({ id }) => held.has(id) || split.training.includes(id));
  const pool = poolOf(planned, held);
  const bands = await bandsOfAll(desk, config, { members: planned, pool, held });
  const of = (ids: readonly string[]): TrainingPlan['training'] => {
    const wanted = new Set(ids);
    return members
      .filter(({ id }) => wanted.has(id))
      .map(({ id, body }) => ({ id, body, bands: bands.get(id) ?? noBands }));
  };
  return {
    schema: 1,
    training: of(split.training),
    heldOut: of(split.heldOut),
    left: [...split.left],
    pool: pool.map(({ entry }) => entry),
    similarity: irrelevantOf(config).similarity === 'lexical' ? 'lexical (fallback, no model)' : 'embedding',
    splitBy: split.by,
  };
}

/** Without the training environments of other domains than are wanted. */
function wanted(split: Split, members: readonly Member[], { sft, rl }: RunConfig): Split {
  const domains = rl?.domains ?? sft?.domains;
  if (domains === undefined) return split;
  const domainOf = new Map(members.map(({ id, environment }) => [id, environment.domain]));
  const kept = split.training.filter((id) => domains.includes(domainOf.get(id) ?? ''));
  const left = split.training.filter((id) => !kept.includes(id));
  return { ...split, training: kept, left: [...split.left, ...left.map((id) => ({ id, reason: 'another domain' }))] };
}

function splitOf(members: readonly Member[], { evaluation, seed }: RunConfig): Split {
  const { heldOut } = evaluation ?? Evaluation.parse({});
  const subjects = members.map(({ environment }) => splitSubject(environment));
  return typeof heldOut === 'number'
    ? splitHeldOut(subjects, heldOut, `${seed}/split`)
    : splitByDomain(subjects, heldOut.domain);
}

async function membersOf(store: TrainingStore, runId: RunId): Promise<Member[]> {
  const members: Member[] = [];
  for await (const { id, body, value } of store.environments(runId))
    members.push({ id, body, environment: TaskEnvironment.parse(value) });
  return members;
}
