/**
 * A stage's side of human control: it tells the run where it is, waits at gates and parks instead of dying.
 * People talk to the run (`astra/<run>`) only; the run passes their decisions on.
 */
import { ApplicationFailure } from '@temporalio/common';
import { condition, getExternalWorkflowHandle, setHandler, workflowInfo } from '@temporalio/workflow';
import type { RunSettings, RunStatus } from '../activities/store/contract.ts';
import { type Correction, type Decision, decisionSignal, type Progress, progressSignal } from './messages.ts';
import { store } from './resources.ts';

export interface StageControl {
  /** Shows the phase to the UI, the run and readers of the store. */
  enter(phase: string, note?: string): Promise<void>;
  /** Waits for approval when the configuration asks for this gate; a rejection ends the run with its reason. */
  passGate(gate: string, note: string): Promise<void>;
  /** Waits until the cause was mended; returns what the person said. */
  park(phase: string, note: string): Promise<Correction>;
}

export function installStageControl(run: RunSettings, isPaused: () => boolean): StageControl {
  const decisions: Decision[] = [];
  setHandler(decisionSignal, (decision) => void decisions.push(decision));
  const show = async (progress: Progress): Promise<void> => {
    const { phase, status, note } = progress;
    await store.setPhase.executeWithOptions({ summary: `${phase}: ${status}` }, [
      { runId: run.runId, phase, status, ...(note === null ? {} : { note }) },
    ]);
    const parent = workflowInfo().parent;
    if (parent !== undefined) await getExternalWorkflowHandle(parent.workflowId).signal(progressSignal, progress);
  };
  const going = (): RunStatus => (isPaused() ? 'paused' : 'running');
  return {
    enter: (phase, note) => show({ phase, status: going(), waitingFor: null, note: note ?? null }),
    async passGate(gate, note) {
      if (!run.gates.includes(gate)) return;
      await show({ phase: gate, status: 'awaiting_approval', waitingFor: gate, note });
      const decision = await nextDecision(decisions, (item) => item.kind !== 'corrected' && item.gate === gate);
      if (decision.kind === 'rejected') {
        throw ApplicationFailure.nonRetryable(`Gate "${gate}" was rejected: ${decision.reason}`, 'Gate.Rejected');
      }
      await show({ phase: gate, status: going(), waitingFor: null, note: 'approved' });
    },
    async park(phase, note) {
      await show({ phase, status: 'awaiting_correction', waitingFor: 'correction', note });
      const decision = await nextDecision(decisions, (item) => item.kind === 'corrected');
      await show({ phase, status: going(), waitingFor: null, note: null });
      return decision.kind === 'corrected' ? decision.correction : { note: '' };
    },
  };
}

async function nextDecision(decisions: Decision[], fits: (decision: Decision) => boolean): Promise<Decision> {
  await condition(() => decisions.some(fits));
  const index = decisions.findIndex(fits);
  return decisions.splice(index, 1)[0] as Decision;
}
