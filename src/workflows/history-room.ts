/**
 * How much history a piece of work may take at worst (ours). What fits beside the rest is done in place, because an
 * execution of its own costs the server about as much as four activities; what does not fit gets one.
 */
import type { RunSettings } from '../activities/store/contract.ts';
import { historyBudget } from './activity-options.ts';

type Attempts = RunSettings['attempts'];

/** Scheduled, started, completed; and the workflow task it wakes: scheduled, started, completed. */
const eventsPerActivity = 6;

/** Events of one design of a tool: two asks for the document, then per attempt call, implementation and proof. */
export function designEvents({ reask, inner }: Attempts): number {
  return eventsPerActivity * (2 * reask + inner * (2 * reask + 1));
}

/** Events of inserting one member into a merged tool: the union, its call, then per attempt implementation and proof. */
export function insertionEvents({ reask, merge }: Attempts): number {
  return eventsPerActivity * (1 + reask + merge * (reask + 1));
}

/** Tools of one environment whose first designs fit into its history side by side. */
export function toolsInPlace(attempts: Attempts): number {
  return Math.floor(historyBudget / designEvents(attempts));
}
