/** One group of rollouts of one environment (method §10.1): found again under its number and policy, else played. */
import { canonicalJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { seededRng } from '../../domain/random.ts';
import { type PlannedTask, RolloutGroup, TrainingPlan } from '../../domain/rl/schema.ts';
import { taskOfGroup, turnSeed } from '../../domain/rl/task-order.ts';
import { sampledTokens } from '../../domain/rl/token-trajectory.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import type { Rl } from '../../domain/run/training/schema.ts';
import { ConfigError } from '../failures.ts';
import type { GroupRef, TrainerActivities } from './contract.ts';
import { type Occasion, type PreparedTask, prepareTask } from './prepare-task.ts';
import { inRooms, type PlayDeps, playRollouts } from './rollout-jobs.ts';
import { scoreRollout } from './score-rollout.ts';
import type { TrainingDesk } from './training-desk.ts';

type Input = Parameters<TrainerActivities['rolloutGroup']>[0];

/** Plays the group; whatever worker plays it again gets the same tokens from the same weights. */
export async function rolloutGroup(desk: TrainingDesk, input: Input, signal?: AbortSignal): Promise<GroupRef> {
  const { store, now } = desk;
  const { runId, group, policy } = input;
  const known = await store.findGroup(runId, { group, policy: policy.model });
  if (known !== undefined) return known;
  const began = now();
  const config = await store.config(runId);
  if (config.rl === undefined) throw new ConfigError('Invalid', `run "${runId}" has no stage "rl"`);
  const plan = TrainingPlan.parse(await store.loadBody(input.plan));
  const task = plan.training[taskOfGroup(plan.training.length, seedOf(config), group)];
  if (task === undefined) throw new ConfigError('Invalid', `run "${runId}" has no environment to train on`);
  const occasion = groupOccasion({ config, rl: config.rl, plan, task, group });
  const prepared = await prepareTask(desk, occasion);
  const deps = { sampler: desk.backend(config.rl.backend).sampler, now, signal };
  const played = await playGroup(deps, { rl: config.rl, prepared, place: occasion.seed, policy: policy.model });
  const body = RolloutGroup.parse({
    group,
    task: task.id,
    version: policy.version,
    policy: policy.model,
    toolsMissing: occasion.toolsMissing,
    ...played,
  });
  const hash = await store.saveBody(canonicalJson(body as unknown as Json)); // parsed by a schema of JSON values
  return store.saveGroup(runId, {
    ...summaryOf(body, config.rl.groupSize),
    body: hash,
    policy: policy.model,
    seconds: (now() - began) / 1000,
  });
}

interface GroupPlace {
  readonly config: Pick<RunConfig, 'seed'>;
  readonly rl: Rl;
  readonly plan: TrainingPlan;
  readonly task: PlannedTask;
  readonly group: number;
}

const seedOf = ({ seed }: Pick<RunConfig, 'seed'>): string => `${seed}/rl`;

/** How a group meets its task: everything that is drawn follows from the number of the group. */
export function groupOccasion({ config, rl, plan, task, group }: GroupPlace): Required<Occasion> {
  const seed = seedOf(config);
  return {
    plan,
    task,
    toolsMissing: seededRng(`${seed}/missing/${group}`)() < rl.missingTools,
    seed: `${seed}/group/${group}`,
    perBand: rl.irrelevantTools.perBand,
    view: rl.toolView,
  };
}

interface GroupPlay {
  readonly rl: Rl;
  readonly prepared: PreparedTask;
  readonly place: string;
  readonly policy: string;
}

type PlayedGroup = Pick<RolloutGroup, 'rollouts' | 'lost' | 'shown' | 'irrelevant'>;

async function playGroup(deps: PlayDeps, { rl, prepared, place, policy }: GroupPlay): Promise<PlayedGroup> {
  const { sampling, groupSize } = rl;
  const { messages, tools, shown, irrelevant, environment } = prepared;
  const told = { shown: [...shown], irrelevant: [...irrelevant] };
  const prompt = await deps.sampler.render(policy, { messages, tools });
  const places = Array.from({ length: groupSize }, (_, no) => no);
  if (prompt.length > sampling.maxPromptTokens) {
    const detail = `the prompt has ${prompt.length} tokens, at most ${sampling.maxPromptTokens} are allowed`;
    return { ...told, rollouts: [], lost: places.map((no) => ({ no, reason: 'prompt', detail })) };
  }
  const rule = {
    ...sampling,
    model: policy,
    stopWhenSolved: rl.stopWhenSolved,
    deadlineMs: rl.rolloutSeconds * 1000,
  };
  const jobs = places.map((no) => ({ no, room: prepared.openRoom(), prompt, seedOf: turnSeed(place, no) }));
  const scored = await inRooms(jobs, async () => {
    const ends = await playRollouts(deps, rule, jobs);
    const scoring = { environment, reward: rl.reward, overlong: rl.overlong };
    return Promise.all(ends.map((end) => scoreRollout(end, scoring)));
  });
  return {
    ...told,
    rollouts: scored.flatMap((one) => ('rollout' in one ? [one.rollout] : [])),
    lost: scored.flatMap((one) => ('lost' in one ? [one.lost] : [])),
  };
}

function summaryOf(body: RolloutGroup, wanted: number): Omit<GroupRef, 'body'> {
  const { group, version, task, rollouts, lost } = body;
  return {
    group,
    version,
    task,
    wanted,
    rewards: rollouts.map(({ reward }) => reward),
    // A prompt that is too long and a cut-off trajectory are no fault of the infrastructure.
    lost: lost.filter(({ reason }) => reason === 'environment' || reason === 'deadline').length,
    solved: rollouts.filter(({ score }) => score.f1 > 0 && score.solved === score.n).length,
    tokens: rollouts.reduce((sum, one) => sum + sampledTokens(one), 0),
    calls: rollouts.reduce((sum, { score }) => sum + score.calls, 0),
  };
}
