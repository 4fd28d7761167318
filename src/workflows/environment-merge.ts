/**
 * The merge of one large cluster of tools (paper §3.2, method §8.5), in an execution of its own: an environment sends a
 * cluster here when its own history has no room for it.
 */
import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ProvenRefs } from '../activities/proof/contract.ts';
import { historyBudget } from './activity-options.ts';
import { insertionEvents } from './history-room.ts';
import { insertNext, type MergeTask, type Merging } from './tool-merging.ts';

export interface EnvironmentMergeInput extends MergeTask {
  readonly merging: Merging;
}

export async function environmentMerge(input: EnvironmentMergeInput): Promise<readonly ProvenRefs[]> {
  const { run } = input;
  let { merging } = input;
  while (merging.waiting.length > 0) {
    const full = workflowInfo().historyLength + insertionEvents(run.attempts) > historyBudget;
    if (full && merging.waiting.length < input.merging.waiting.length)
      return continueAsNew<typeof environmentMerge>({ ...input, merging });
    merging = await insertNext(input, merging);
    const { base, waiting, unmerged } = merging;
    setCurrentDetails(`${base.nodes.length} nodes in one tool, ${waiting.length} tools wait, ${unmerged.length} stay`);
  }
  return [merging.base, ...merging.unmerged];
}
