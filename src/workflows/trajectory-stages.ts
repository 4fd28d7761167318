/** The stages of trajectory synthesis in order (paper figure 2; method §2 to §7): chains, tasks, episodes. */
import { type ChildWorkflowHandle, startChild } from '@temporalio/workflow';
import type { RunSettings } from '../activities/store/contract.ts';
import type { OutcomeCounts } from '../domain/run/outcome.ts';
import { chainBuilding } from './chain-building.ts';
import { childOptions } from './child-options.ts';
import type { RunControl } from './run-control.ts';
import { showPhase } from './search-attributes.ts';
import { taskConstruction } from './task-construction.ts';
import { trajectorySynthesis } from './trajectory-synthesis.ts';
import { workflowIds } from './workflow-ids.ts';

/** Outcomes of what the last stage walked: chains, variants of tasks, or episodes. */
export async function synthesizeTrajectories(run: RunSettings, control: RunControl): Promise<OutcomeCounts> {
  const { runId } = run;
  showPhase(runId, 'trajectories');
  // Runs of before there were episodes end with their chains.
  const stopAfter = run.trajectories?.stopAfter ?? 'chains';
  const chains = await lead(
    control,
    await startChild(chainBuilding, {
      ...childOptions(runId, 'trajectories'),
      workflowId: workflowIds.chains(runId),
      args: [{ run, hold: control.hold() }],
      staticSummary: `tool graph of ${runId}`,
    }),
  ); // §2, §3
  if (stopAfter === 'chains') return chains;
  const tasks = await lead(
    control,
    await startChild(taskConstruction, {
      ...childOptions(runId, 'tasks'),
      workflowId: workflowIds.tasks(runId),
      args: [{ run, hold: control.hold() }],
      staticSummary: `tasks of ${runId}`,
    }),
  ); // §4
  if (stopAfter === 'tasks') return tasks;
  return lead(
    control,
    await startChild(trajectorySynthesis, {
      ...childOptions(runId, 'trajectories'),
      workflowId: workflowIds.trajectories(runId),
      args: [{ run, hold: control.hold() }],
      staticSummary: `trajectories of ${runId}`,
    }),
  ); // §5 to §7
}

type Stage = typeof chainBuilding | typeof taskConstruction | typeof trajectorySynthesis;

/** Pauses and decisions go to the stage at work. */
function lead(control: RunControl, stage: ChildWorkflowHandle<Stage>): Promise<OutcomeCounts> {
  control.lead(stage);
  return stage.result();
}
