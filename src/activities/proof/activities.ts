/** The activities of proving (method §8.4 to §8.6), bound to a sandbox and a store. */
import { withHeartbeat } from '../heartbeat.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import { assembleEnvironment } from './assemble-environment.ts';
import { augmentEnvironments } from './augment-environment.ts';
import type { ProofActivities, ProofStore, StatefulProofActivities } from './contract.ts';
import { importEnvironments } from './import-environments.ts';
import { createInspector } from './inspect.ts';
import { proveMerge, uniteDocuments } from './merge-tools.ts';
import { proveStateful } from './prove-stateful.ts';
import { proveTool } from './prove-tool.ts';
import type { ProofTools } from './run-acceptance.ts';
import { createArgumentValidator } from './validate-arguments.ts';

/** What proving runs on. */
export interface ProofResources {
  readonly sandbox: Sandbox;
  readonly store: ProofStore;
}

/** Failures are those of the contract; a tool that fails is a result. */
export function createProofActivities({ sandbox, store }: ProofResources): ProofActivities & StatefulProofActivities {
  const tools = createProofTools(sandbox);
  return {
    proveTool: (input) => beating('prove', () => proveTool(tools, store, input)),
    uniteDocuments: (input) => beating('unite', () => uniteDocuments(store, input)),
    proveMerge: (input) => beating('prove merge', () => proveMerge(tools, store, input)),
    assembleEnvironment: (input) => beating('assemble', () => assembleEnvironment(tools, store, input)),
    importEnvironments: (input) => beating('import', () => importEnvironments(tools, store, input)),
    augmentEnvironments: (input) => beating('augment', () => augmentEnvironments(tools, store, input)),
    proveStateful: (input) => beating('prove stateful', () => proveStateful(tools, store, input)),
  };
}

/** A proof takes minutes at most, but a worker that died in one is noticed by its heartbeat, much sooner. */
function beating<T>(phase: string, run: () => Promise<T>): Promise<T> {
  return withHeartbeat(() => ({ phase }), run);
}

/** Inspector and validator beside the sandbox, for callers without a store. */
export function createProofTools(sandbox: Sandbox): ProofTools {
  return { sandbox, inspector: createInspector(sandbox), validate: createArgumentValidator() };
}
