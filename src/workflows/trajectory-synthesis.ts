/**
 * Trajectory synthesis (paper §3.1; method §5, §7): every planned episode is played and judged, then it is decided over all
 * of them which become training data. Items live in partitions; here is only the order.
 */
import type { RunSettings } from '../activities/store/contract.ts';
import type { OutcomeCounts } from '../domain/run/outcome.ts';
import type { Hold } from './messages.ts';
import { trajectorySelection } from './resources.ts';
import { installStageControl } from './stage-control.ts';
import { installHold, walkPartitions } from './stage-partitions.ts';

export interface TrajectorySynthesisInput {
  readonly run: RunSettings;
  readonly hold: Hold;
}

export async function trajectorySynthesis(input: TrajectorySynthesisInput): Promise<OutcomeCounts> {
  const { run } = input;
  const crew = installHold(input.hold);
  const control = installStageControl(run, () => crew.hold.paused);
  await control.enter('trajectories'); // §5, §7.1
  const counts = await walkPartitions({ run, kind: 'episode', crew, control });
  const { judged, selected } = await trajectorySelection.selectTrajectories.executeWithOptions(
    { summary: 'over all judged episodes' },
    [{ runId: run.runId }],
  ); // §7.5
  await control.enter('selection', `${selected} of ${judged} judged episodes selected`);
  return counts;
}
