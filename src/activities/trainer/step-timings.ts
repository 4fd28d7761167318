/** Where the seconds of a step went (ours): what the workflow saw, what the trainer told, and what is left over. */
import type { StepSpent } from './contract.ts';

export interface StepClock {
  /** Milliseconds: when the activity began, when its batch lay there, when the trainer had answered. */
  readonly began: number;
  readonly batched: number;
  readonly answered: number;
  /** What the trainer says of its own seconds, by part; a trainer that tells nothing was at "update" all the time. */
  readonly told: { readonly [part: string]: number } | undefined;
}

/** Seconds by part, none below 0. "checkpoint": writing and proving the weights; "wait": nobody was at work. */
export function stepTimings(
  { began, batched, answered, told }: StepClock,
  spent: StepSpent | undefined,
): { readonly [part: string]: number } {
  const inTrainer = (answered - batched) / 1000;
  const parts = told ?? { update: inTrainer };
  const own = {
    ...(spent !== undefined && { publish: spent.publish, rollouts: spent.rollouts }),
    batch: (batched - began) / 1000,
    ...parts,
    checkpoint: inTrainer - sumOf(parts),
  };
  const all = spent === undefined ? own : { ...own, wait: (answered - spent.began) / 1000 - sumOf(own) };
  return Object.fromEntries(Object.entries(all).map(([part, value]) => [part, Math.max(0, value)]));
}

const sumOf = (parts: { readonly [part: string]: number }): number =>
  Object.values(parts).reduce((sum, value) => sum + value, 0);
