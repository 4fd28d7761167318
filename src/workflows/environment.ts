/**
 * One environment (paper §3.2, method §8.4 to §8.6): a proven tool per sub-question that needs one, all at once; tools of
 * one intent merged; all gold calls replayed on the final artefact; one row.
 */
import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { ProvenRefs } from '../activities/proof/contract.ts';
import type { ClaimedItem, RunSettings } from '../activities/store/contract.ts';
import { mergeOrder } from '../domain/environment/merge-order.ts';
import type { InstanceId } from '../domain/ids.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { historyBudget } from './activity-options.ts';
import { childOptions } from './child-options.ts';
import { environmentMerge } from './environment-merge.ts';
import { buildTools } from './environment-tools.ts';
import { insertionEvents } from './history-room.ts';
import { outcomeOf } from './item-outcome.ts';
import type { ItemInput } from './question-decomposition.ts';
import { finish, store } from './resources.ts';
import { showOutcome } from './search-attributes.ts';
import type { ToolEnvironmentResult } from './tool-environment.ts';
import { clusterByIntent, type IntentCluster, insertNext, type MergeTask, type Merging } from './tool-merging.ts';
import { workflowIds } from './workflow-ids.ts';

export async function environment({ run, item }: ItemInput): Promise<Outcome> {
  const outcome = await build(run, item).catch((error: unknown) => close(run, item, outcomeOf(error)));
  showOutcome(outcome);
  return outcome;
}

async function build(run: RunSettings, item: ClaimedItem): Promise<Outcome> {
  const tools = await buildTools(run, item); // §8.4
  const unproven = tools.filter((tool) => tool.proven === null);
  const refused = unproven.find((tool) => tool.outcome.status !== 'rejected') ?? unproven[0];
  const proven = tools.flatMap((tool) => tool.proven ?? []);
  const mayDrop = run.dropFailedNodes && proven.length > 0 && refused?.outcome.status === 'rejected';
  if (refused !== undefined && !mayDrop) return close(run, item, nodeFailed(refused));
  const merged = run.merge && proven.length > 1 ? await merge(run, item, proven) : proven; // §8.5
  return assemble({ run, item, tools: merged, dropped: unproven.map((tool) => tool.nodeId) }); // §8.6
}

async function close(run: RunSettings, item: ClaimedItem, outcome: Outcome): Promise<Outcome> {
  await store.closeItem({ runId: run.runId, kind: 'instance', id: item.id, outcome });
  return outcome;
}

/** The tools after merging, in the order of their clusters. */
async function merge(run: RunSettings, item: ClaimedItem, tools: readonly ProvenRefs[]): Promise<ProvenRefs[]> {
  const task = { run, instanceId: item.id as InstanceId, instance: item.body, round: item.round };
  const clusters = await clusterByIntent(task, tools);
  const merged = await Promise.all(clusters.map((cluster) => mergeCluster(task, tools, cluster)));
  return merged.flat();
}

async function mergeCluster(
  task: MergeTask,
  tools: readonly ProvenRefs[],
  { intent, ids }: IntentCluster,
): Promise<readonly ProvenRefs[]> {
  const members = ids.flatMap((id) => tools.find((tool) => tool.nodes.includes(id)) ?? []);
  const [base, ...waiting] = mergeOrder(`${task.instanceId}/${intent}`, members);
  if (base === undefined || waiting.length === 0) return members;
  let merging: Merging = { intent, base, waiting, unmerged: [] };
  // All clusters of an environment together insert fewer members than it has tools.
  const events = insertionEvents(task.run.attempts) * (tools.length - 1);
  if (workflowInfo().historyLength + events > historyBudget) return mergeApart(task, merging);
  while (merging.waiting.length > 0) merging = await insertNext(task, merging);
  return [merging.base, ...merging.unmerged];
}

function mergeApart(task: MergeTask, merging: Merging): Promise<readonly ProvenRefs[]> {
  const { run, instanceId } = task;
  return executeChild(environmentMerge, {
    ...childOptions(run.runId, 'merge'),
    workflowId: workflowIds.merge(run.runId, instanceId, merging.base.nodes[0] ?? 0),
    args: [{ ...task, merging }],
    staticSummary: `merge ${merging.waiting.length + 1} tools of one intent`,
  });
}

/** Assembling also closes the instance: its row and its outcome are there together. */
async function assemble(job: {
  run: RunSettings;
  item: ClaimedItem;
  tools: readonly ProvenRefs[];
  dropped: readonly number[];
}): Promise<Outcome> {
  const assembled = await finish.assembleEnvironment.executeWithOptions(
    { summary: 'unique names, final replay, row' },
    [
      {
        runId: job.run.runId,
        instanceId: job.item.id as InstanceId,
        instance: job.item.body,
        tools: job.tools.map((tool) => tool.tool),
        dropped: job.dropped,
      },
    ],
  );
  if (assembled.status === 'accepted') return { status: 'ok' };
  return { status: 'rejected', rule: assembled.rule, detail: assembled.detail };
}

/** A failed required node refuses the instance; an infrastructure failure or a quarantine keeps its own class. */
function nodeFailed(tool: ToolEnvironmentResult): Outcome {
  if (tool.outcome.status !== 'rejected') return tool.outcome;
  const detail = `node ${tool.nodeId}: ${tool.outcome.rule}: ${tool.outcome.detail}`;
  return { status: 'rejected', rule: 'node_failed', detail: detail.slice(0, 500) };
}
