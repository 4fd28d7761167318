/**
 * Tasks checked again by their rules, variants varied and gated again from their replies, near-duplicates and episodes
 * decided again over all of them: the same must come out.
 */
import type { Pool } from 'pg';
import { loadRunConfig } from '../../activities/store/runs.ts';
import { eachTask, type StoredTask, type StoredVariant } from '../../activities/store/task-rows.ts';
import { chosenTasks } from '../../activities/store/task-selection.ts';
import { outcomeKey } from '../../domain/run/outcome.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { judgeVariant } from '../../domain/task/judge-variant.ts';
import { taskId } from '../../domain/task/orders.ts';
import { taskProblems, variantId, variantsOf } from '../../domain/task/variants.ts';
import type { Finding } from './finding.ts';

export interface TaskCheck {
  readonly tasks: number;
  /** Variants judged again. */
  readonly judged: number;
  readonly findings: readonly Finding[];
}

type Settings = NonNullable<RunConfig['trajectories']>['tasks'];

/** Nothing is checked in a run without the stage. */
export async function checkTasks(pool: Pool, run: string): Promise<TaskCheck> {
  const { trajectories } = await loadRunConfig(pool, run);
  const findings: Finding[] = [];
  let [tasks, judged] = [0, 0];
  if (trajectories === undefined) return { tasks, judged, findings };
  for await (const task of eachTask(pool, run)) {
    tasks += 1;
    findings.push(...taskFindings(task, trajectories.tasks));
    for (const variant of task.variants) {
      judged += variant.verdict === null ? 0 : 1;
      findings.push(...variantFindings(task, variant, trajectories.tasks));
    }
  }
  if (tasks > 0) findings.push(...(await choiceFindings(pool, run)));
  return { tasks, judged, findings };
}

function taskFindings(task: StoredTask, { augment }: Settings): Finding[] {
  const { id, order, server, outcome, verdict, variants } = task;
  const wrongId = id === taskId(order) ? [] : [finding(id, `its order gives ${taskId(order)}`)];
  if (verdict === null) return wrongId;
  const written = { id, server, order, written: verdict.written };
  const [problem] = taskProblems(written);
  const key = problem === undefined ? 'ok' : `rejected:${problem.rule}`;
  const expected = problem === undefined ? variantsOf(written, verdict.augmentations, augment.variations) : [];
  const same = expected.map(({ variant }) => variantId(variant)).join(' ') === variants.map((one) => one.id).join(' ');
  return [
    ...wrongId,
    ...(key === outcome ? [] : [finding(id, `its rules give ${key}, recorded ${outcome}`)]),
    ...(same ? [] : [finding(id, 'its replies give other variants')]),
  ];
}

function variantFindings({ server }: StoredTask, stored: StoredVariant, { thresholds }: Settings): Finding[] {
  const { id, variant, outcome, verdict } = stored;
  const wrongId = id === variantId(variant) ? [] : [finding(id, `its content gives ${variantId(variant)}`)];
  // An open one may wait for its scripts; of duplicates it is decided over all variants at once.
  if (verdict === null || outcome === 'open') return wrongId;
  const key = outcomeKey(judgeVariant({ server, variant, ...verdict }, thresholds));
  const recorded = outcome === 'rejected:near_duplicate' ? 'ok' : outcome;
  return key === recorded ? wrongId : [...wrongId, finding(id, `its replies give ${key}, recorded ${recorded}`)];
}

async function choiceFindings(pool: Pool, run: string): Promise<Finding[]> {
  const { wrong, unplanned } = await chosenTasks(pool, run);
  return [
    ...wrong.map((id) => finding(id, 'the comparison of all questions decides otherwise')),
    ...unplanned.map((id) => finding(id, 'no variant gives this episode')),
  ];
}

function finding(id: string, detail: string): Finding {
  return { part: 'tasks', id, detail };
}
