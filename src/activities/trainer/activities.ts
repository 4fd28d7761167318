/** The activities of training, bound to a store, a sandbox and addresses; failures are those of the contract. */
import { asyncLocalStorage } from '@temporalio/activity';
import { wrapActivities } from '../failures.ts';
import { type Progress, withHeartbeat } from '../heartbeat.ts';
import { calibratePlan } from './calibrate-plan.ts';
import type { TrainerActivities } from './contract.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { planTraining } from './plan-training.ts';
import { prepareSft } from './prepare-sft.ts';
import { publishPolicy, startWeights } from './publish-policy.ts';
import { rolloutGroup } from './rollout-group.ts';
import { awaitSft, dispatchSft, stopSft } from './run-sft.ts';
import { showOutage } from './show-outage.ts';
import { trainStep } from './train-step.ts';
import type { TrainingDesk } from './training-desk.ts';

export function createTrainerActivities(desk: TrainingDesk): TrainerActivities {
  const asking = <T>({ runId }: { runId: string }, work: () => Promise<T>): Promise<T> =>
    showOutage(desk.gates, runId, work);
  return wrapActivities<TrainerActivities>({
    planTraining: (input) => beating('plan', () => planTraining(desk, input)),
    prepareSft: (input) => beating('rows', () => prepareSft(desk, input, signalOf())),
    dispatchSft: (input) => asking(input, () => beating('dispatch', () => dispatchSft(desk, input))),
    awaitSft: (input) =>
      asking(input, () =>
        watched((show) => {
          const beat = ({ step, of }: { step: number; of: number }): void => show({ phase: 'sft', step, of });
          return awaitSft(desk, input, { beat, pause });
        }),
      ),
    stopSft: (input) => stopSft(desk, input),
    startWeights: (input) => asking(input, () => startWeights(desk, input)),
    calibratePlan: (input) =>
      asking(input, () =>
        watched((show) => {
          const beat = (done: number, of: number): void => show({ phase: 'difficulty', done, of });
          return calibratePlan(desk, input, { beat, signal: signalOf() });
        }),
      ),
    publishPolicy: (input) => asking(input, () => beating('publish', () => publishPolicy(desk, input))),
    rolloutGroup: (input) => asking(input, () => beating('rollouts', () => rolloutGroup(desk, input, signalOf()))),
    trainStep: (input) =>
      asking(input, () =>
        watched((show) => trainStep(desk, input, { beat: (phase) => show({ phase }), signal: signalOf() })),
      ),
    evaluatePolicy: (input) =>
      asking(input, () =>
        watched(async (show) => {
          const beat = (done: number, of: number): void => show({ phase: 'evaluation', done, of });
          return evaluatePolicy(desk, input, { beat, signal: signalOf() });
        }),
      ),
  });
}

function beating<T>(phase: string, run: () => Promise<T>): Promise<T> {
  return withHeartbeat(() => ({ phase }), run);
}

/** Heartbeats that tell the latest progress. */
function watched<T>(run: (show: (progress: ReturnType<Progress>) => void) => Promise<T>): Promise<T> {
  let latest: ReturnType<Progress> = { phase: 'begin' };
  return withHeartbeat(
    () => latest,
    () => run((progress) => void (latest = progress)),
  );
}

function signalOf(): AbortSignal | undefined {
  return asyncLocalStorage.getStore()?.cancellationSignal;
}

/** Ends at once when the activity is cancelled. */
async function pause(ms: number): Promise<void> {
  const context = asyncLocalStorage.getStore();
  if (context === undefined) return new Promise((resolve) => setTimeout(resolve, ms));
  await context.sleep(ms);
}
