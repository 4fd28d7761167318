/** Signature first: the bodies follow once the rules stand. */
import type { Sandbox } from '../sandbox/contract.ts';
import type { ProofActivities, ProofStore } from './contract.ts';

/** What proving runs on. */
export interface ProofResources {
  readonly sandbox: Sandbox;
  readonly store: ProofStore;
}

export function createProofActivities(_resources: ProofResources): ProofActivities {
  const pending = (): never => {
    throw new Error('proof activities are not ready in this checkout');
  };
  return {
    proveTool: async () => pending(),
    uniteDocuments: async () => pending(),
    proveMerge: async () => pending(),
    assembleEnvironment: async () => pending(),
  };
}
