/** One epoch of training by reinforcement (method §10): steps one after the other, evaluations between them, early stops. */
import {
  condition,
  continueAsNew,
  executeChild,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunSettings } from '../activities/store/contract.ts';
import { earlyStop } from '../domain/rl/early-stop.ts';
import type { RlSettings } from '../domain/run/training/settings.ts';
import { historyBudget } from './activity-options.ts';
import { childOptions } from './child-options.ts';
import { failureText } from './item-outcome.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { trainer } from './resources.ts';
import type { RlState } from './rl-state.ts';
import { rlStep } from './rl-step.ts';
import { workflowIds } from './workflow-ids.ts';

export interface RlEpochInput {
  readonly run: RunSettings;
  readonly rl: RlSettings;
  readonly epoch: number;
  readonly state: RlState;
  readonly hold: Hold;
  /** Lines of the steps before this execution of the epoch. A persisted interface. */
  readonly told?: readonly string[];
}

export interface EpochEnd {
  readonly state: RlState;
  /** Why the epoch ended before its last step; null when it did not. */
  readonly stopped: string | null;
  /** A line per step, for people: those of the last ones where there are many. */
  readonly steps?: readonly string[];
}

/** Lines that are kept: a history holds no book. */
const mostLines = 50;

export async function rlEpoch(input: RlEpochInput): Promise<EpochEnd> {
  const { run, rl, epoch } = input;
  let { hold, state, told = [] } = input;
  const end = (stopped: string | null): EpochEnd => ({ state, stopped, steps: told });
  setHandler(holdSignal, (newer) => void (hold = newerHold(hold, newer)));
  const last = Math.min(rl.steps, epoch * rl.stepsPerEpoch);
  while (state.step < last) {
    await condition(() => !hold.paused);
    if (workflowInfo().historyLength > historyBudget)
      return continueAsNew<typeof rlEpoch>({ ...input, state, hold, told });
    const ended = await executeChild(rlStep, {
      ...childOptions(run.runId, 'rl'),
      workflowId: workflowIds.rlStep(run.runId, { epoch, step: state.step + 1 }),
      args: [{ run, rl, epoch, state }],
      staticSummary: `step ${state.step + 1} of ${rl.steps}`,
    });
    state = ended.state;
    if (ended.stopped !== null) return end(ended.stopped);
    told = [...told, ended.told ?? `step ${state.step}`].slice(-mostLines);
    setCurrentDetails(told.join('\n\n'));
    const stopped = earlyStop(state.recent, rl.stops);
    if (stopped !== undefined) return end(`Rl.EarlyStop after step ${state.step}: ${stopped}`);
    const measured = await measureStep(input, state);
    state = measured.state;
    if (measured.measured !== undefined) told = [...told, measured.measured];
    if (measured.stopped !== null) return end(measured.stopped);
  }
  return end(null);
}

interface StepMeasured {
  readonly state: RlState;
  readonly stopped: string | null;
  /** The line of a measure, where one was made. */
  readonly measured?: string;
}

/** Every so many steps and after the last one, where the run is measured at all. */
async function measureStep({ run, rl }: RlEpochInput, state: RlState): Promise<StepMeasured> {
  const due = rl.evaluateEvery > 0 && (state.step % rl.evaluateEvery === 0 || state.step === rl.steps);
  if (!due || run.training?.evaluation.length === 0) return { state, stopped: null };
  const { runId } = run;
  const { start, step, manifest, plan } = state;
  try {
    const { model } = await trainer.publishPolicy({ runId, start, step });
    const exam = { runId, plan, label: `step-${step}`, weights: { model, manifest }, mode: 'sampled' } as const;
    const { measures } = await trainer.evaluatePolicy.executeWithOptions({ summary: `held-out after step ${step}` }, [
      exam,
    ]);
    const isBest = state.best === null || measures.f1.mean > state.best.f1;
    const { mean, low, high } = measures.f1;
    const measured = `held out after step ${step}: F1 ${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
    return { state: { ...state, best: isBest ? { step, f1: mean } : state.best }, stopped: null, measured };
  } catch (error) {
    return { state, stopped: failureText(error) };
  }
}
