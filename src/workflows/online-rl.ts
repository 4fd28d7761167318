/**
 * Online training by reinforcement (paper §3.3, method §10): epochs one after the other. Whatever stops an epoch parks
 * the stage with its reason; after a correction training goes on from the last step that was made.
 */
import { continueAsNew, setCurrentDetails, setHandler, startChild, workflowInfo } from '@temporalio/workflow';
import type { RunSettings } from '../activities/store/contract.ts';
import type { Weights } from '../activities/trainer/contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import type { RlSettings } from '../domain/run/training/settings.ts';
import { historyBudget } from './activity-options.ts';
import { childOptions } from './child-options.ts';
import { failureText } from './item-outcome.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { trainer } from './resources.ts';
import { type EpochEnd, rlEpoch } from './rl-epoch.ts';
import type { RlState } from './rl-state.ts';
import { installStageControl } from './stage-control.ts';
import { workflowIds } from './workflow-ids.ts';

export interface OnlineRlInput {
  readonly run: RunSettings;
  readonly rl: RlSettings;
  readonly plan: BlobHash;
  readonly hold: Hold;
  /** Where an earlier execution stopped; absent at the start. A persisted interface. */
  readonly state?: RlState;
  /** Lines of the epochs before. A persisted interface. */
  readonly told?: readonly string[];
}

export interface RlResult {
  readonly steps: number;
  readonly start: Weights;
  /** Manifest of the last step. */
  readonly manifest: string;
  /** Step with the best held-out F1, where it was measured on the way. */
  readonly best: RlState['best'];
  /** A line per epoch, for people: those of the last ones where there are many. */
  readonly epochs: readonly string[];
}

/** Lines of epochs that are kept. */
const mostLines = 50;

export async function onlineRl(input: OnlineRlInput): Promise<RlResult> {
  const { run, rl, plan } = input;
  let { hold, told = [] } = input;
  let epochAtWork: { signal(signal: typeof holdSignal, told: Hold): Promise<void> } | undefined;
  const control = installStageControl(run, () => hold.paused);
  setHandler(holdSignal, async (newer) => {
    hold = newerHold(hold, newer);
    await epochAtWork?.signal(holdSignal, hold).catch(() => undefined); // an epoch that just ended needs none
  });
  if (input.state === undefined) await control.enter('rl', `${rl.steps} steps`);
  let state = input.state ?? (await firstState(input, (note) => control.park('rl', note)));
  while (state.step < rl.steps) {
    const epoch = Math.floor(state.step / rl.stepsPerEpoch) + 1;
    const child = await startChild(rlEpoch, {
      ...childOptions(run.runId, 'rl'),
      workflowId: workflowIds.rlEpoch(run.runId, epoch),
      args: [{ run, rl, epoch, state, hold }],
      staticSummary: `epoch ${epoch} of ${Math.ceil(rl.steps / rl.stepsPerEpoch)}`,
    });
    epochAtWork = child;
    const ended: EpochEnd = await child.result();
    epochAtWork = undefined;
    told = [...told, epochLine(epoch, ended, ended.state.step - state.step)].slice(-mostLines);
    state = ended.state;
    setCurrentDetails(told.join('\n\n'));
    if (ended.stopped !== null) {
      await control.park('rl', ended.stopped);
      state = { ...state, recent: [] };
    }
    if (workflowInfo().historyLength > historyBudget)
      return continueAsNew<typeof onlineRl>({ run, rl, plan, hold, state, told });
  }
  return { steps: state.step, start: state.start, manifest: state.manifest, best: state.best, epochs: told };
}

/** What an epoch came to, by the rewards of its steps as far as they are remembered. */
function epochLine(epoch: number, { state, stopped }: EpochEnd, steps: number): string {
  const rewards = steps === 0 ? [] : state.recent.slice(-steps).map(({ rewardMean }) => rewardMean.toFixed(3));
  const course = rewards.length === 0 ? 'no step' : `reward ${rewards.join(', ')}`;
  return `epoch ${epoch}, up to step ${state.step}: ${course}${stopped === null ? '' : `; stopped: ${stopped}`}`;
}

async function firstState(input: OnlineRlInput, park: (note: string) => Promise<unknown>): Promise<RlState> {
  const { runId } = input.run;
  for (;;) {
    try {
      const start = await trainer.startWeights({ runId });
      const { plan } = await trainer.calibratePlan.executeWithOptions({ summary: 'difficulty' }, [
        { runId, plan: input.plan, start },
      ]);
      return { step: 0, start, plan, manifest: start.manifest, nextGroup: 0, carried: [], recent: [], best: null };
    } catch (error) {
      await park(failureText(error));
    }
  }
}
