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
import { awaitSft, dispatchSft } from './run-sft.ts';
import { trainStep } from './train-step.ts';
import type { TrainingDesk } from './training-desk.ts';

export function createTrainerActivities(desk: TrainingDesk): TrainerActivities {
  return wrapActivities<TrainerActivities>({
    planTraining: (input) => beating('plan', () => planTraining(desk, input)),
    prepareSft: (input) => beating('rows', () => prepareSft(desk, input)),
    dispatchSft: (input) => beating('dispatch', () => dispatchSft(desk, input)),
    awaitSft: (input) =>
      watched((show) => {
        const beat = ({ step, of }: { step: number; of: number }): void => show({ phase: 'sft', step, of });
        return awaitSft(desk, input, { beat, pause });
      }),
    startWeights: (input) => startWeights(desk, input),
    calibratePlan: (input) =>
      watched((show) => {
        const beat = (done: number, of: number): void => show({ phase: 'difficulty', done, of });
        return calibratePlan(desk, input, { beat, signal: signalOf() });
      }),
    publishPolicy: (input) => beating('publish', () => publishPolicy(desk, input)),
    rolloutGroup: (input) => beating('rollouts', () => rolloutGroup(desk, input, signalOf())),
    trainStep: (input) =>
      watched((show) => trainStep(desk, input, { beat: (phase) => show({ phase }), signal: signalOf() })),
    evaluatePolicy: (input) =>
      watched(async (show) => {
        const beat = (done: number, of: number): void => show({ phase: 'evaluation', done, of });
        return evaluatePolicy(desk, input, { beat, signal: signalOf() });
      }),
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
