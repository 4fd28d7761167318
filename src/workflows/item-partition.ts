/**
 * One partition of a stage (ours): walks its share of the open items through a window of item workflows.
 * The loop drains and continues as new before its history grows large; a failed item is counted, never fatal.
 */
import { ChildWorkflowFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ClaimedItem, ItemKind, RunSettings } from '../activities/store/contract.ts';
import type { InstanceId } from '../domain/ids.ts';
import { historyBudget } from './activity-options.ts';
import { childOptions } from './child-options.ts';
import { environment } from './environment.ts';
import { outcomeOf } from './item-outcome.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { questionDecomposition } from './question-decomposition.ts';
import { store } from './resources.ts';
import { drainStream } from './sliding-window.ts';
import { statefulEnvironment } from './stateful-environment.ts';
import { trajectory } from './trajectory.ts';
import { workflowIds } from './workflow-ids.ts';

/** Kinds whose items are executions of their own. */
export type PartitionedKind = ItemKind | 'episode';

export interface ItemPartitionInput {
  readonly run: RunSettings;
  readonly kind: PartitionedKind;
  readonly partition: number;
  /** Ordinal of the last item that was claimed; -1 at the start. A persisted interface. */
  readonly after: number;
  /** Items that ended, per status; carried over. */
  readonly ended: number;
  readonly hold: Hold;
  /** Events after which the partition continues as new. */
  readonly historyBudget?: number;
}

const pageSize = 50;

export async function itemPartition(input: ItemPartitionInput): Promise<{ ended: number }> {
  let { after, ended, hold } = input;
  setHandler(holdSignal, (told) => void (hold = newerHold(hold, told)));
  let page: ClaimedItem[] = [];

  const result = await drainStream<ClaimedItem>({
    limit: input.run.window,
    isPaused: () => hold.paused,
    shouldDrain: () =>
      workflowInfo().historyLength > (input.historyBudget ?? historyBudget) || workflowInfo().continueAsNewSuggested,
    async next() {
      if (page.length === 0) page = await claimPage(input, after);
      const item = page.shift();
      if (item !== undefined) after = item.ordinal;
      return item;
    },
    async work(item) {
      await runItem(input, item);
      ended += 1;
      setCurrentDetails(`${ended} items ended; last claimed: no. ${after}${hold.paused ? '; paused' : ''}`);
    },
  });

  if (result === 'done') return { ended };
  await condition(allHandlersFinished);
  return continueAsNew<typeof itemPartition>({ ...input, after, ended, hold });
}

async function claimPage(input: ItemPartitionInput, after: number): Promise<ClaimedItem[]> {
  const { run, kind, partition } = input;
  const { runId, partitions } = run;
  const page = await store.claimItems({ runId, kind, partition, partitions, after, limit: pageSize });
  return [...page.items];
}

/** A child that was terminated or is running elsewhere costs this item, not the partition. */
async function runItem(input: ItemPartitionInput, item: ClaimedItem): Promise<void> {
  const { run, kind } = input;
  try {
    await startItem(run, kind, item);
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    if (!(error instanceof ChildWorkflowFailure)) throw error;
    await store.closeItem({ runId: run.runId, kind, id: item.id, outcome: outcomeOf(error) });
  }
}

function startItem(run: RunSettings, kind: PartitionedKind, item: ClaimedItem): Promise<unknown> {
  if (kind === 'question') {
    return executeChild(questionDecomposition, {
      ...childOptions(run.runId, 'decomposition'),
      workflowId: workflowIds.question(run.runId, item.id),
      args: [{ run, item }],
      staticSummary: `question ${item.ordinal + 1}`,
    });
  }
  if (kind === 'scenario') {
    return executeChild(statefulEnvironment, {
      ...childOptions(run.runId, 'stateful'),
      workflowId: workflowIds.stateful(run.runId, item.id),
      args: [{ run, item }],
      staticSummary: `environment with state of scenario ${item.ordinal + 1}`,
    });
  }
  if (kind === 'episode') {
    return executeChild(trajectory, {
      ...childOptions(run.runId, 'trajectory'),
      workflowId: workflowIds.trajectory(run.runId, item.id),
      args: [{ run, item }],
      staticSummary: `trajectory of ${item.id}`,
    });
  }
  return executeChild(environment, {
    ...childOptions(run.runId, 'environment'),
    workflowId: workflowIds.environment(run.runId, item.id as InstanceId),
    args: [{ run, item }],
    staticSummary: `environment of instance ${item.ordinal + 1}, ${item.toolNodes.length} tools`,
  });
}
