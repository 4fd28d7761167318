/**
 * The items of a stage in partitions (ours): each one is an execution of its own that walks its share, so that no history
 * grows with the run. Pause and resume are passed on; too many failures park the stage until somebody mended the cause.
 */
import { type ChildWorkflowHandle, setHandler, startChild } from '@temporalio/workflow';
import type { RunSettings } from '../activities/store/contract.ts';
import { failedShare, type OutcomeCounts } from '../domain/run/outcome.ts';
import { childOptions } from './child-options.ts';
import { itemPartition, type PartitionedKind } from './item-partition.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { store } from './resources.ts';
import type { StageControl } from './stage-control.ts';
import { workflowIds } from './workflow-ids.ts';

type Partition = ChildWorkflowHandle<typeof itemPartition>;

/** Who walks items of a stage now, and whether they are to start any. */
export interface Crew {
  partitions: readonly Partition[];
  hold: Hold;
}

/** Passes pause and resume on to whoever walks items now. */
export function installHold(hold: Hold): Crew {
  const crew: Crew = { partitions: [], hold };
  setHandler(holdSignal, async (told) => {
    crew.hold = newerHold(crew.hold, told);
    // A partition that just ended cannot be told and need not be.
    await Promise.allSettled(crew.partitions.map((partition) => partition.signal(holdSignal, crew.hold)));
  });
  return crew;
}

/** Walks all open items of a kind; too many failures park the stage until somebody mended the cause. */
export async function walkPartitions(job: {
  run: RunSettings;
  kind: PartitionedKind;
  crew: Crew;
  control: StageControl;
}): Promise<OutcomeCounts> {
  const { run, kind, crew, control } = job;
  for (;;) {
    const started = crew.hold;
    crew.partitions = await startPartitions(run, kind, started);
    // Told while they were starting: nobody knew them yet.
    if (crew.hold.no > started.no)
      for (const partition of crew.partitions) await partition.signal(holdSignal, crew.hold);
    await Promise.all(crew.partitions.map((partition) => partition.result()));
    crew.partitions = [];
    const counts = await store.countItems({ runId: run.runId, kind });
    if (failedShare(counts) <= run.failureBudget) return counts;
    const share = Math.round(failedShare(counts) * 100);
    const correction = await control.park(
      kind,
      `${share} % of the ${kind}s failed; see the failed items, mend the cause, then resume`,
    );
    const { budget } = correction;
    await store.applyCorrection({ runId: run.runId, kind, ...(budget === undefined ? {} : { budget }) });
  }
}

function startPartitions(run: RunSettings, kind: PartitionedKind, hold: Hold): Promise<Partition[]> {
  return Promise.all(
    Array.from({ length: run.partitions }, (_, partition) =>
      startChild(itemPartition, {
        ...childOptions(run.runId, kind),
        workflowId: workflowIds.partition(run.runId, kind, partition),
        args: [{ run, kind, partition, after: -1, ended: 0, hold }],
        staticSummary: `${kind}s, partition ${partition + 1} of ${run.partitions}`,
      }),
    ),
  );
}
