/** The activities of proving (method §8.4 to §8.6), bound to a sandbox and a store. */
import type { Sandbox } from '../sandbox/contract.ts';
import { assembleEnvironment } from './assemble-environment.ts';
import type { ProofActivities, ProofStore } from './contract.ts';
import { createInspector } from './inspect.ts';
import { proveMerge, uniteDocuments } from './merge-tools.ts';
import { proveTool } from './prove-tool.ts';
import type { ProofTools } from './run-acceptance.ts';
import { createArgumentValidator } from './validate-arguments.ts';

/** What proving runs on. */
export interface ProofResources {
  readonly sandbox: Sandbox;
  readonly store: ProofStore;
}

/** Failures are those of the contract; a tool that fails is a result. */
export function createProofActivities({ sandbox, store }: ProofResources): ProofActivities {
  const tools = createProofTools(sandbox);
  return {
    proveTool: (input) => proveTool(tools, store, input),
    uniteDocuments: (input) => uniteDocuments(store, input),
    proveMerge: (input) => proveMerge(tools, store, input),
    assembleEnvironment: (input) => assembleEnvironment(tools, store, input),
  };
}

/** Inspector and validator beside the sandbox, for callers without a store. */
export function createProofTools(sandbox: Sandbox): ProofTools {
  return { sandbox, inspector: createInspector(sandbox), validate: createArgumentValidator() };
}
