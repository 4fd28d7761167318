/** What can go wrong with tasks: as they are written, varied, scored, and told by their user. */

export const WRITING_FAULTS = [
  'named-tool',
  'wrong-tool-set',
  'other-language',
  'how-question',
  'empty-question',
] as const;

export const VARYING_FAULTS = ['empty-variations', 'named-variation', 'same-variation'] as const;

export const SCORING_FAULTS = ['score-out-of-range', 'score-words'] as const;

export const SCRIPT_FAULTS = ['kept-value', 'no-wish'] as const;

export const TASK_FAULTS = [...WRITING_FAULTS, ...VARYING_FAULTS, ...SCORING_FAULTS, ...SCRIPT_FAULTS] as const;

export type TaskFault = (typeof TASK_FAULTS)[number];
