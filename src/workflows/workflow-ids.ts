/** Workflow ids are a persisted interface: `astra/<run>` and below it the tree that the UI shows. */
import { ApplicationFailure } from '@temporalio/common';
import type { InstanceId, RunId } from '../domain/ids.ts';

const root = 'astra/';

/** The run that a root workflow id names; fails the execution when the id is of another form. */
export function runOf(workflowId: string): RunId {
  const name = workflowId.slice(root.length);
  if (!workflowId.startsWith(root) || !/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name)) {
    throw ApplicationFailure.nonRetryable(
      `Workflow id "${workflowId}" names no run: expected astra/<run> with letters, digits, ".", "_" or "-" (at most 100). Start it again under such an id.`,
      'Config.Invalid',
    );
  }
  return name as RunId;
}

export const workflowIds = {
  pipeline: (run: RunId): string => `${root}${run}`,
  environments: (run: RunId): string => `${root}${run}/env`,
  chains: (run: RunId): string => `${root}${run}/graph`,
  sft: (run: RunId, dataset: string): string => `${root}${run}/sft/${dataset.slice(0, 8)}`,
  rl: (run: RunId): string => `${root}${run}/rl`,
  rlEpoch: (run: RunId, epoch: number): string => `${root}${run}/rl/e${String(epoch).padStart(4, '0')}`,
  rlStep: (run: RunId, { epoch, step }: { epoch: number; step: number }): string =>
    `${root}${run}/rl/e${String(epoch).padStart(4, '0')}/s${String(step).padStart(6, '0')}`,
  evaluation: (run: RunId): string => `${root}${run}/eval`,
  tasks: (run: RunId): string => `${root}${run}/tasks`,
  trajectories: (run: RunId): string => `${root}${run}/traj`,
  partition: (run: RunId, kind: string, partition: number): string =>
    `${root}${run}/${kind === 'episode' ? 'traj' : `env/${kind}`}/p${String(partition).padStart(3, '0')}`,
  trajectory: (run: RunId, id: string): string => `${root}${run}/traj/i/${id}`,
  question: (run: RunId, id: string): string => `${root}${run}/env/q/${id}`,
  environment: (run: RunId, id: InstanceId): string => `${root}${run}/env/i/${id}`,
  stateful: (run: RunId, id: string): string => `${root}${run}/env/s/${id}`,
  tool: (run: RunId, id: InstanceId, node: number): string => `${root}${run}/env/i/${id}/n${node}`,
  /** Of the cluster whose base answers this node. */
  merge: (run: RunId, id: InstanceId, base: number): string => `${root}${run}/env/i/${id}/merge/n${base}`,
};
