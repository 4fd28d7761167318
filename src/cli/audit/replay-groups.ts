/** The groups that a run was trained on, played again without the policy: what each call gave, and every score. */
import type { Pool } from 'pg';
import { createOpenLive } from '../../activities/proof/live-episode.ts';
import type { Sandbox } from '../../activities/sandbox/contract.ts';
import { createTrainingStore } from '../../activities/store/training.ts';
import type { TaskTools } from '../../activities/trainer/prepare-task.ts';
import { replayGroup } from '../../activities/trainer/replay-group.ts';
import { groupOccasion } from '../../activities/trainer/rollout-group.ts';
import { createRunTool } from '../../activities/trainer/task-room.ts';
import type { RunId } from '../../domain/ids.ts';
import { type RolloutGroup, TrainingPlan } from '../../domain/rl/schema.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import type { Rl } from '../../domain/run/training/schema.ts';

/** Faults of a group, in words. */
export type ReplayGroups = (body: RolloutGroup) => Promise<readonly string[]>;

/** Looks the run's plan up once; a call that was made before is not made again. */
export async function createReplayGroups(
  pool: Pool,
  sandbox: Sandbox,
  { run, config, rl }: { run: RunId; config: RunConfig; rl: Rl },
): Promise<ReplayGroups> {
  const store = createTrainingStore(pool);
  const tools: TaskTools = { store, runTool: createRunTool(sandbox), openLive: createOpenLive(sandbox) };
  const hash = await store.findPlan(run);
  if (hash === undefined) return () => Promise.resolve(['the run has no plan of what it trains on']);
  const plan = TrainingPlan.parse(await store.loadBody(hash));
  const tasks = new Map(plan.training.map((task) => [task.id, task]));
  return async (body) => {
    const { group } = body;
    const task = tasks.get(body.task);
    if (task === undefined) return [`group ${group}: its task ${body.task} is none that the run trains on`];
    const faults = await replayGroup(tools, groupOccasion({ config, rl, plan, task, group }), body);
    return faults.map((fault) => `group ${group}, ${fault}`);
  };
}
