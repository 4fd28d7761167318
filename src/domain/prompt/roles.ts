/**
 * Which role answers which prompt (ours), without the reply schemas: workflow code reads this to choose the task queue.
 * A test holds it against the prompt specs.
 */
import type { ModelRole } from '../run/schema.ts';

export const promptRoles = {
  'decomposition/decompose': 'generator',
  'decomposition/necessity': 'judge',
  'decomposition/dependency': 'judge',
  'decomposition/atomicity': 'judge',
  'decomposition/serialization': 'judge',
  'decomposition/completeness': 'judge',
  'environment/tool-document': 'generator',
  'environment/tool-complexity': 'generator',
  'environment/tool-call': 'generator',
  'environment/tool-implementation': 'generator',
  'environment/intent-clusters': 'generator',
  'environment/merge-implementation': 'generator',
  'stateful/design': 'generator',
  'stateful/plan': 'generator',
  'stateful/implementation': 'generator',
  'trajectory/chain-proposal': 'generator',
  'trajectory/chain-dependency': 'judge',
  'trajectory/chain-vote': 'judge',
  'trajectory/chain-query': 'generator',
  'trajectory/query-chain': 'agent',
  'trajectory/tool-output': 'emulator',
  'trajectory/emulate': 'emulator',
  'trajectory/user': 'user',
  'trajectory/judge-query': 'judge',
  'trajectory/judge-calls': 'judge',
  'trajectory/judge-step': 'judge',
  'trajectory/judge-answer': 'judge',
  'task/plan': 'generator',
  'task/free': 'generator',
  'task/augment': 'generator',
  'task/score': 'judge',
  'task/without-tools': 'agent',
  'task/user-script': 'generator',
} as const satisfies Record<string, ModelRole>;

export type PromptId = keyof typeof promptRoles;
