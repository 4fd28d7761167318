/** Everything that can be made to go wrong, by the part it spoils. */
import type { EpisodeFault } from './episode-kinds.ts';
import { AGENT_FAULTS, AGENT_PROMPT, EMULATOR_FAULTS, EPISODE_FAULTS, USER_FAULTS } from './episode-kinds.ts';
import type { StatefulFault } from './stateful-kinds.ts';
import { GOLD_FAULTS, MODULE_FAULTS, STATEFUL_FAULTS, WORLD_FAULTS } from './stateful-kinds.ts';
import type { TaskFault } from './task-kinds.ts';
import { SCORING_FAULTS, SCRIPT_FAULTS, TASK_FAULTS, VARYING_FAULTS, WRITING_FAULTS } from './task-kinds.ts';

export const TRANSPORT_FAULTS = [
  '429',
  '429-ms',
  '429-date',
  '500',
  '502',
  '503',
  'hang',
  'reset',
  'truncated',
] as const;

/** The reply as such is spoiled, whatever it says. `fenced`, `wrapped` and `think` must still be readable. */
export const REPLY_FAULTS = [
  'length',
  'refusal',
  'empty',
  'prose',
  'fenced',
  'wrapped',
  'think',
  'think-open',
  'schema',
  'missing-key',
  'string-booleans',
  'string-numbers',
  'out-of-range',
  'wrong-length',
  'unknown-ids',
] as const;

export const DECOMPOSE_FAULTS = [
  'cyclic',
  'dangling',
  'self',
  'forward',
  'zero-id',
  'duplicate-ids',
  'hops',
  'empty-answer',
  'numeric-answer',
  'string-ids',
  'script',
] as const;

export const NECESSITY_FAULTS = ['illegal-inner'] as const;

export const DOCUMENT_FAULTS = [
  'leak-description',
  'leak-default',
  'leak-enum',
  'leak-example',
  'name-clash',
  'no-required',
  'incompatible',
] as const;

export const CALL_FAULTS = ['untraceable', 'call-null', 'wrong-argument', 'missing-argument'] as const;

export const CHAIN_FAULTS = ['ghost-tool', 'repeated-tool', 'single-tool', 'chain-as-text'] as const;

export const SOURCE_FAULTS = ['unknown-source', 'later-source', 'apart-step'] as const;

export const PLAN_FAULTS = ['reversed-plan', 'longer-plan', 'ghost-plan'] as const;

export const CODE_FAULTS = [
  'wrong',
  'constant',
  'hardcoded',
  'printed',
  'module-print',
  'random',
  'time',
  'hash-order',
  'uuid',
  'object-id',
  'crashing',
  'syntax-error',
  'unused-parameter',
  'wrong-signature',
  'wrong-default',
  'counter',
  'mutable-default',
  'forbidden-import',
  'file-access',
  'network-access',
  'infinite-loop',
  'huge-output',
  'no-error-handling',
  'substring',
] as const;

export type TransportFault = (typeof TRANSPORT_FAULTS)[number];
export type ReplyFault = (typeof REPLY_FAULTS)[number];
export type DecomposeFault = (typeof DECOMPOSE_FAULTS)[number];
export type NecessityFault = (typeof NECESSITY_FAULTS)[number];
export type DocumentFault = (typeof DOCUMENT_FAULTS)[number];
export type CallFault = (typeof CALL_FAULTS)[number];
export type CodeFault = (typeof CODE_FAULTS)[number];
export type ChainFault = (typeof CHAIN_FAULTS)[number];
export type SourceFault = (typeof SOURCE_FAULTS)[number];
export type PlanFault = (typeof PLAN_FAULTS)[number];
export type FaultKind =
  | ChainFault
  | SourceFault
  | PlanFault
  | TransportFault
  | ReplyFault
  | DecomposeFault
  | NecessityFault
  | DocumentFault
  | CallFault
  | CodeFault
  | StatefulFault
  | TaskFault
  | EpisodeFault;

/** Kinds by the name of their group, as a plan may name them. */
export const FAULT_GROUPS: { readonly [group: string]: readonly FaultKind[] } = {
  transport: TRANSPORT_FAULTS,
  reply: REPLY_FAULTS,
  decompose: DECOMPOSE_FAULTS,
  necessity: NECESSITY_FAULTS,
  document: DOCUMENT_FAULTS,
  call: CALL_FAULTS,
  code: CODE_FAULTS,
  world: STATEFUL_FAULTS,
  chain: [...CHAIN_FAULTS, ...SOURCE_FAULTS, ...PLAN_FAULTS],
  task: TASK_FAULTS,
  episode: EPISODE_FAULTS,
  nondeterministic: ['random', 'time', 'hash-order', 'uuid', 'object-id'],
  stateful: ['counter', 'mutable-default'],
  leaking: ['leak-description', 'leak-default', 'leak-enum', 'leak-example'],
  work: [
    ...DECOMPOSE_FAULTS,
    ...NECESSITY_FAULTS,
    ...DOCUMENT_FAULTS,
    ...CALL_FAULTS,
    ...CODE_FAULTS,
    ...STATEFUL_FAULTS,
  ],
  all: [
    ...TRANSPORT_FAULTS,
    ...REPLY_FAULTS,
    ...DECOMPOSE_FAULTS,
    ...NECESSITY_FAULTS,
    ...DOCUMENT_FAULTS,
    ...CALL_FAULTS,
    ...CODE_FAULTS,
    ...STATEFUL_FAULTS,
    ...CHAIN_FAULTS,
    ...SOURCE_FAULTS,
    ...PLAN_FAULTS,
    ...TASK_FAULTS,
    ...EPISODE_FAULTS,
  ],
};

const WORK_PROMPTS: readonly (readonly [readonly FaultKind[], readonly string[]])[] = [
  [AGENT_FAULTS, [AGENT_PROMPT]],
  [EMULATOR_FAULTS, ['trajectory/emulate']],
  [USER_FAULTS, ['trajectory/user']],
  [CHAIN_FAULTS, ['trajectory/chain-proposal']],
  [SOURCE_FAULTS, ['trajectory/chain-dependency']],
  [PLAN_FAULTS, ['trajectory/query-chain']],
  [DECOMPOSE_FAULTS, ['decomposition/decompose']],
  [NECESSITY_FAULTS, ['decomposition/necessity']],
  [DOCUMENT_FAULTS, ['environment/tool-document', 'environment/tool-complexity']],
  [CALL_FAULTS, ['environment/tool-call']],
  [CODE_FAULTS, ['environment/tool-implementation', 'environment/merge-implementation']],
  [WORLD_FAULTS, ['stateful/design']],
  [GOLD_FAULTS, ['stateful/plan']],
  [MODULE_FAULTS, ['stateful/implementation']],
  [WRITING_FAULTS, ['task/plan', 'task/free']],
  [VARYING_FAULTS, ['task/augment']],
  [SCORING_FAULTS, ['task/score']],
  [SCRIPT_FAULTS, ['task/user-script']],
];

/** True when the kind can spoil an answer to this prompt (undefined: a request of another make). */
export function appliesTo(kind: FaultKind, prompt: string | undefined): boolean {
  const row = WORK_PROMPTS.find(([kinds]) => kinds.includes(kind));
  return row === undefined || (prompt !== undefined && row[1].includes(prompt));
}

/** Undefined for a word that names no kind. */
export function faultKind(word: string): FaultKind | undefined {
  return FAULT_GROUPS['all']?.find((kind) => kind === word);
}
