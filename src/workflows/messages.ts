/** Signals, updates and queries: names are a persisted interface. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { GateNotice } from '../activities/gate/contract.ts';
import type { Budget, RunStatus } from '../activities/store/contract.ts';

/** Stop starting items; those in flight finish. */
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');

/**
 * Pause and resume as they travel down from the run: signals of one sender may overtake each other on the way, so the
 * receiver keeps the one with the highest number.
 */
export interface Hold {
  readonly paused: boolean;
  readonly no: number;
}
export const holdSignal = defineSignal<[Hold]>('hold');

/** The newer of two holds. */
export const newerHold = (known: Hold, told: Hold): Hold => (told.no > known.no ? told : known);

/** An LLM endpoint cannot serve; sent by the activity that saw it. */
export const outageSignal = defineSignal<[GateNotice]>('outage');

export interface RunView {
  readonly run: string;
  readonly phase: string;
  readonly status: RunStatus;
  readonly paused: boolean;
  /** Name of the gate the run waits for, "correction" when it is parked; null when it waits for nobody. */
  readonly waitingFor: string | null;
  readonly note: string | null;
}

export const statusQuery = defineQuery<RunView>('status');

export interface Correction {
  readonly note: string;
  readonly budget?: Budget;
}

/** Answers name the gate that was decided. Refused when the run does not wait for that gate. */
export const approveUpdate = defineUpdate<string, [gate: string]>('approve');
export const rejectUpdate = defineUpdate<string, [{ gate: string; reason: string }]>('reject');
/** Lets a parked run go on after the cause was mended. */
export const correctUpdate = defineUpdate<string, [Correction]>('correct');

/** Stage to run: what is going on now. */
export interface Progress {
  readonly phase: string;
  readonly status: RunStatus;
  readonly waitingFor: string | null;
  readonly note: string | null;
}
export const progressSignal = defineSignal<[Progress]>('progress');

/** Run to stage: what a person decided. */
export type Decision =
  | { readonly kind: 'approved'; readonly gate: string }
  | { readonly kind: 'rejected'; readonly gate: string; readonly reason: string }
  | { readonly kind: 'corrected'; readonly correction: Correction };
export const decisionSignal = defineSignal<[Decision]>('decision');
