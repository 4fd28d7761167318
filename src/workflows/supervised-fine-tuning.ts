/**
 * SFT (paper §3.3, method §9): the job is dispatched under a key, followed in chunks, and its weights are registered.
 * A job that fails parks the stage; after a correction a new one starts.
 */
import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunSettings } from '../activities/store/contract.ts';
import type { SftProgress } from '../activities/trainer/contract.ts';
import type { RunId } from '../domain/ids.ts';
import { failureText } from './item-outcome.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { trainer, trainerStop } from './resources.ts';
import { installStageControl } from './stage-control.ts';

export interface SupervisedFineTuningInput {
  readonly run: RunSettings;
  readonly hold: Hold;
  /** SHA-256 of the file of rows. */
  readonly dataset: string;
  readonly rows: number;
  /** How often a failed job was corrected; absent at the start. A persisted interface. */
  readonly round?: number;
}

export async function supervisedFineTuning(input: SupervisedFineTuningInput): Promise<SftProgress> {
  const { run, dataset } = input;
  let { hold, round = 0 } = input;
  const control = installStageControl(run, () => hold.paused);
  setHandler(holdSignal, (told) => void (hold = newerHold(hold, told)));
  await control.enter('sft', `${input.rows} rows`);
  for (;;) {
    try {
      return await follow(input, { dataset, round });
    } catch (error) {
      if (isCancellation(error)) throw error;
      await control.park('sft', failureText(error));
      round += 1;
    }
    if (workflowInfo().continueAsNewSuggested)
      return continueAsNew<typeof supervisedFineTuning>({ ...input, hold, round });
  }
}

async function follow(
  { run }: SupervisedFineTuningInput,
  { dataset, round }: { dataset: string; round: number },
): Promise<SftProgress> {
  const { runId } = run;
  const { job } = await trainer.dispatchSft.executeWithOptions({ summary: `dispatch ${dataset.slice(0, 8)}` }, [
    { runId, dataset, round },
  ]);
  try {
    return await untilEnded({ runId, job, dataset });
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => stopped({ runId, job }));
    throw error;
  }
}

async function untilEnded(job: { runId: RunId; job: string; dataset: string }): Promise<SftProgress> {
  for (;;) {
    const seen = await trainer.awaitSft.executeWithOptions({ summary: `follow ${job.job}` }, [job]);
    setCurrentDetails(`${job.job}: step ${seen.step} of ${seen.of}`);
    if (seen.status === 'succeeded') return seen;
  }
}

/** A trainer that cannot be told goes on with the job; the run ends all the same, and its log says so. */
async function stopped({ runId, job }: { runId: RunId; job: string }): Promise<void> {
  try {
    await trainerStop.stopSft.executeWithOptions({ summary: `stop ${job}` }, [{ runId, job }]);
  } catch (error) {
    log.warn(`job ${job} was not stopped at the trainer: ${failureText(error)}`);
  }
}
