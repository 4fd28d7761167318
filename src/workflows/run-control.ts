/** The run's side of human control: takes decisions as validated updates and passes them to the stage at work. */
import { ApplicationFailure } from '@temporalio/common';
import { type ChildWorkflowHandle, setCurrentDetails, setHandler, type Workflow } from '@temporalio/workflow';
import type { RunId } from '../domain/ids.ts';
import {
  approveUpdate,
  correctUpdate,
  type Decision,
  decisionSignal,
  type Hold,
  holdSignal,
  type Progress,
  pauseSignal,
  progressSignal,
  rejectUpdate,
  resumeSignal,
  statusQuery,
} from './messages.ts';
import { store } from './resources.ts';

type Stage = Pick<ChildWorkflowHandle<Workflow>, 'signal'>;

export interface RunControl {
  /** The latest pause or resume. */
  hold(): Hold;
  /** Names the stage that decisions and pauses go to from now on. */
  lead(stage: Stage): void;
}

export function installRunControl(run: RunId): RunControl {
  let hold: Hold = { paused: false, no: 0 };
  let stage: Stage | undefined;
  let progress: Progress = { phase: 'starting', status: 'running', waitingFor: null, note: null };
  const awaited = (gate: string): void => {
    if (progress.waitingFor === gate) return;
    throw ApplicationFailure.nonRetryable(
      `Run ${run} does not wait for "${gate}": it ${progress.waitingFor === null ? `is in phase ${progress.phase} and waits for nobody` : `waits for "${progress.waitingFor}"`}.`,
      'Gate.NotAwaited',
    );
  };

  const tell = async (paused: boolean): Promise<void> => {
    hold = { paused, no: hold.no + 1 };
    if (stage === undefined) return;
    await stage.signal(holdSignal, hold);
    // Waiting for a person outranks a pause in what readers of the store are shown.
    if (progress.waitingFor !== null) return;
    await store.setPhase({ runId: run, phase: progress.phase, status: paused ? 'paused' : 'running' });
  };
  setHandler(pauseSignal, () => tell(true));
  setHandler(resumeSignal, () => tell(false));
  setHandler(progressSignal, (next) => {
    progress = next;
    setCurrentDetails(`**${next.phase}** ${next.status}${next.note === null ? '' : `: ${next.note}`}`);
  });
  setHandler(statusQuery, () => ({
    run,
    ...progress,
    status: hold.paused && progress.status === 'running' ? 'paused' : progress.status,
    paused: hold.paused,
  }));
  const decide = async (gate: string, decision: Decision): Promise<string> => {
    await stage?.signal(decisionSignal, decision);
    return gate;
  };
  setHandler(approveUpdate, (gate) => decide(gate, { kind: 'approved', gate }), { validator: awaited });
  setHandler(rejectUpdate, ({ gate, reason }) => decide(gate, { kind: 'rejected', gate, reason }), {
    validator: ({ gate }) => awaited(gate),
  });
  setHandler(correctUpdate, (correction) => decide('correction', { kind: 'corrected', correction }), {
    validator: (_correction) => awaited('correction'),
  });

  return { hold: () => hold, lead: (next) => void (stage = next) };
}
