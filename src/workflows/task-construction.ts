/**
 * Task construction (paper §3.1; method §4): write tasks for the chains and servers of the pool → vary and check them →
 * score the variants → decide which are played. One execution walks all items through a window.
 */
import { continueAsNew, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { RunSettings, TrajectoryKind } from '../activities/store/contract.ts';
import { failedShare, type OutcomeCounts } from '../domain/run/outcome.ts';
import { type Walk, type WalkPlace, walkItems } from './item-walk.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { store, taskPlan } from './resources.ts';
import { installStageControl, type StageControl } from './stage-control.ts';
import { scoreVariant, writeTask } from './task-items.ts';

type TaskKind = Exclude<TrajectoryKind, 'episode'>;

export interface TaskConstructionInput {
  readonly run: RunSettings;
  readonly hold: Hold;
  /** Where an earlier execution stopped; absent at the start. A persisted interface. */
  readonly at?: WalkPlace<TaskKind>;
}

const phases: Readonly<Record<TaskKind, string>> = { task: 'tasks', variant: 'task scores' };

/** Outcomes of the variants, near-duplicates among them; the episodes of the others are open. */
export async function taskConstruction(input: TaskConstructionInput): Promise<OutcomeCounts> {
  const { run, at } = input;
  let { hold } = input;
  const isPaused = (): boolean => hold.paused;
  const control = installStageControl(run, isPaused);
  setHandler(holdSignal, (told) => void (hold = newerHold(hold, told)));
  if (at === undefined) await planTasks(run, control);

  const walk: Walk<TaskKind> = {
    run,
    control,
    isPaused,
    steps: [['task', 'variant']],
    phases,
    work: { task: writeTask, variant: scoreVariant }, // §4.1 to §4.3; §4.4
    problemAfter: (kind) => problemAfter(run, kind),
    continueAt: (place) => continueAsNew<typeof taskConstruction>({ run, hold, at: place }),
  };
  await walkItems(walk, at);
  await selectTasks(run, control);
  return store.countItems({ runId: run.runId, kind: 'variant' });
}

async function planTasks({ runId }: RunSettings, control: StageControl): Promise<void> {
  await control.enter('planning tasks');
  const { tasks } = await taskPlan.planTasks.executeWithOptions({ summary: 'for chains and servers' }, [{ runId }]);
  setCurrentDetails(`${tasks} tasks asked for`);
}

async function selectTasks({ runId }: RunSettings, control: StageControl): Promise<void> {
  await control.enter('choosing tasks');
  const chosen = await taskPlan.selectTasks.executeWithOptions({ summary: 'over all variants' }, [{ runId }]);
  setCurrentDetails(`${chosen.kept} kept, ${chosen.duplicates} near-duplicates, ${chosen.episodes} episodes`);
}

/** Too many failures park the stage; tasks that were refused by rule cost only themselves. */
async function problemAfter({ runId, failureBudget }: RunSettings, kind: TaskKind): Promise<string | undefined> {
  const share = failedShare(await store.countItems({ runId, kind }));
  if (share <= failureBudget) return undefined;
  return `${Math.round(share * 100)} % of the ${phases[kind]} failed; see the failed items, mend the cause, then resume`;
}
