/**
 * The run (paper figure 1): the stages in order. Environments, trajectories, training.
 * People control a run through this execution: pause, resume, approve, reject, correct; `status` says where it is.
 */
import { ApplicationFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  isCancellation,
  setCurrentDetails,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunSettings, RunStatus } from '../activities/store/contract.ts';
import type { RunId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { OutcomeCounts } from '../domain/run/outcome.ts';
import { childOptions } from './child-options.ts';
import { environmentSynthesis } from './environment-synthesis.ts';
import { store } from './resources.ts';
import { installRunControl, type RunControl } from './run-control.ts';
import { showPhase } from './search-attributes.ts';
import { type TrainingResult, trainPolicy } from './training-stages.ts';
import { synthesizeTrajectories } from './trajectory-stages.ts';
import { runOf, workflowIds } from './workflow-ids.ts';

export interface PipelineResult extends TrainingResult {
  readonly run: RunId;
  readonly environments: OutcomeCounts | null;
  /** Outcomes of what the last stage of trajectories walked: chains, variants of tasks, or episodes. */
  readonly trajectories: OutcomeCounts | null;
}

export async function pipeline(config: Json): Promise<PipelineResult> {
  const runId = runOf(workflowInfo().workflowId);
  const control = installRunControl(runId);
  const run = await store.openRun({ runId, config });
  return finish(runId, async () => ({
    run: runId,
    environments: run.stages.environments ? await synthesizeEnvironments(run, control) : null, // §8
    trajectories: run.stages.trajectories ? await synthesizeTrajectories(run, control) : null, // §2 to §7
    ...(await trainPolicy(run, control)), // §9 to §11
  }));
}

async function synthesizeEnvironments(run: RunSettings, control: RunControl): Promise<OutcomeCounts> {
  showPhase(run.runId, 'environments');
  const stage: ChildWorkflowHandle<typeof environmentSynthesis> = await startChild(environmentSynthesis, {
    ...childOptions(run.runId, 'environments'),
    workflowId: workflowIds.environments(run.runId),
    args: [{ run, hold: control.hold() }],
    staticSummary: `environments of ${run.runId}`,
  });
  control.lead(stage);
  return stage.result();
}

/** Whatever way the run ends, readers of the store learn it. */
async function finish(runId: RunId, body: () => Promise<PipelineResult>): Promise<PipelineResult> {
  const close = (status: RunStatus, note?: string): Promise<void> =>
    store.setPhase({ runId, phase: 'ended', status, ...(note === undefined ? {} : { note }) });
  try {
    const result = await body();
    // A pause that is still being shown must not outlive the end.
    await condition(allHandlersFinished);
    await close('completed');
    showPhase(runId, 'completed');
    setCurrentDetails(JSON.stringify({ environments: result.environments, trajectories: result.trajectories }));
    return result;
  } catch (error) {
    const note = rootCause(error);
    await CancellationScope.nonCancellable(() => close(isCancellation(error) ? 'cancelled' : 'failed', note));
    throw isCancellation(error) ? error : ApplicationFailure.fromError(error, { message: note, nonRetryable: true });
  }
}

function rootCause(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  return cause === undefined ? (error instanceof Error ? error.message : String(error)) : rootCause(cause);
}
