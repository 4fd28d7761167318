/** The tools of an environment (method §8.4): all at once, the first design of each in place while the history has room. */
import { executeChild, setCurrentDetails } from '@temporalio/workflow';
import type { ClaimedItem, RunSettings } from '../activities/store/contract.ts';
import type { InstanceId } from '../domain/ids.ts';
import { childOptions } from './child-options.ts';
import { toolsInPlace } from './history-room.ts';
import { outcomeOf } from './item-outcome.ts';
import { mapWindow } from './sliding-window.ts';
import { designTool, type ToolTask, untried } from './tool-design.ts';
import { provenTool, type ToolEnvironmentResult, toolEnvironment, unproven } from './tool-environment.ts';
import { workflowIds } from './workflow-ids.ts';

/** Tools of one instance that are built side by side; an instance has rarely more nodes. */
const nodeWindow = 20;

/** A result per node that needs a tool, in their order. Rejects by cancellation only. */
export function buildTools(run: RunSettings, item: ClaimedItem): Promise<ToolEnvironmentResult[]> {
  const inPlace = new Set(item.toolNodes.slice(0, toolsInPlace(run.attempts)));
  const show = showTools();
  return mapWindow(item.toolNodes, nodeWindow, async (nodeId) => {
    const task = { run, instanceId: item.id as InstanceId, instance: item.body, nodeId, round: item.round };
    const building = inPlace.has(nodeId) ? buildInPlace(task, show) : buildApart(task, untried);
    const result = await building.catch((error: unknown) => unproven(nodeId, outcomeOf(error)));
    show(nodeId, result.outcome.status);
    return result;
  });
}

async function buildInPlace(task: ToolTask, show: ShowTool): Promise<ToolEnvironmentResult> {
  const { nodeId, run } = task;
  const designed = await designTool(task, untried, (where) => show(nodeId, where));
  if (designed.status === 'accepted') return provenTool(nodeId, designed.proven);
  const { tried } = designed;
  return tried.designs < run.attempts.outer ? buildApart(task, tried) : unproven(nodeId, tried.outcome);
}

function buildApart(task: ToolTask, tried: typeof untried): Promise<ToolEnvironmentResult> {
  const { run, instanceId, nodeId } = task;
  return executeChild(toolEnvironment, {
    ...childOptions(run.runId, 'tool'),
    workflowId: workflowIds.tool(run.runId, instanceId, nodeId),
    args: [{ ...task, tried }],
    staticSummary: `tool for sub-question ${nodeId}, from design ${tried.designs + 1}`,
  });
}

type ShowTool = (nodeId: number, where: string) => void;

/** Where every tool is, a line each, for people who read the execution. */
function showTools(): ShowTool {
  const places = new Map<number, string>();
  return (nodeId, where) => {
    places.set(nodeId, where);
    setCurrentDetails([...places].map(([node, place]) => `- tool for sub-question ${node}: ${place}`).join('\n'));
  };
}
