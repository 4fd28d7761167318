/** Bad work on environments with state, by the part it spoils. */
export const WORLD_FAULTS = ['open-answer', 'misfit-state', 'twin-tools'] as const;

export const GOLD_FAULTS = [
  'order-free',
  'forgotten-call',
  'idle-call',
  'loose-goal',
  'wrong-total',
  'goal-met',
  'invented-value',
] as const;

export const MODULE_FAULTS = [
  'no-effect',
  'unchecked',
  'dirty-error',
  'other-state',
  'second-store',
  'set-order',
  'random-id',
  'unknown-field',
  'module-talk',
  'renamed-parameter',
  'broken-source',
] as const;

export type WorldFault = (typeof WORLD_FAULTS)[number];
export type GoldFault = (typeof GOLD_FAULTS)[number];
export type ModuleFault = (typeof MODULE_FAULTS)[number];
export type StatefulFault = WorldFault | GoldFault | ModuleFault;

export const STATEFUL_FAULTS: readonly StatefulFault[] = [...WORLD_FAULTS, ...GOLD_FAULTS, ...MODULE_FAULTS];
