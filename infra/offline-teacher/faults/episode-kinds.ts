/** Bad work inside conversations, by who does it. */

/** Drawn once for a conversation: each kind waits for the turn it can spoil. */
export const AGENT_FAULTS = [
  'ghost-call',
  'invented-argument',
  'broken-arguments',
  'endless-repeat',
  'silent-end',
  'ignored-error',
] as const;

export const EMULATOR_FAULTS = ['off-schema', 'unknown-entity', 'writing-read', 'changing-error'] as const;

export const USER_FAULTS = ['invented-fact', 'tells-all', 'leaves-early'] as const;

export const EPISODE_FAULTS = [...AGENT_FAULTS, ...EMULATOR_FAULTS, ...USER_FAULTS] as const;

export type AgentFault = (typeof AGENT_FAULTS)[number];
export type EpisodeFault = (typeof EPISODE_FAULTS)[number];
type EmulatorFault = (typeof EMULATOR_FAULTS)[number];
type UserFault = (typeof USER_FAULTS)[number];
/** Kinds that spoil a reply of a prompt. */
export type PlayedFault = EmulatorFault | UserFault;

/** Stands for the prompt of requests with tools, which have none: "ghost-call@agent:0.1". */
export const AGENT_PROMPT = 'episode/agent';
