/**
 * The further designs of one tool (paper §3.2, method §8.4), in an execution of their own: a tool comes here when its
 * first design was refused, or when its environment has so many tools that their histories would not fit into one.
 */
import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ProvenRefs } from '../activities/proof/contract.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { historyBudget } from './activity-options.ts';
import { designEvents } from './history-room.ts';
import { outcomeOf } from './item-outcome.ts';
import { showOutcome } from './search-attributes.ts';
import { designTool, type ToolTask, type Tried } from './tool-design.ts';

export interface ToolEnvironmentInput extends ToolTask {
  readonly tried: Tried;
}

export interface ToolEnvironmentResult {
  readonly nodeId: number;
  readonly outcome: Outcome;
  readonly proven: ProvenRefs | null;
}

export async function toolEnvironment(input: ToolEnvironmentInput): Promise<ToolEnvironmentResult> {
  const tried = await design(input).catch((error: unknown) => unproven(input.nodeId, outcomeOf(error)));
  if ('designs' in tried) return continueAsNew<typeof toolEnvironment>({ ...input, tried });
  showOutcome(tried.outcome);
  return tried;
}

/** The tool, or what was tried when the history has no room for another design. */
async function design(input: ToolEnvironmentInput): Promise<ToolEnvironmentResult | Tried> {
  const { attempts } = input.run;
  let { tried } = input;
  while (tried.designs < attempts.outer) {
    const full = workflowInfo().historyLength + designEvents(attempts) > historyBudget;
    if (full && tried.designs > input.tried.designs) return tried;
    const designed = await designTool(input, tried, setCurrentDetails);
    if (designed.status === 'accepted') return provenTool(input.nodeId, designed.proven);
    tried = designed.tried;
  }
  return unproven(input.nodeId, tried.outcome);
}

export function provenTool(nodeId: number, proven: ProvenRefs): ToolEnvironmentResult {
  return { nodeId, outcome: { status: 'ok' }, proven };
}

export function unproven(nodeId: number, outcome: Outcome): ToolEnvironmentResult {
  return { nodeId, outcome, proven: null };
}
