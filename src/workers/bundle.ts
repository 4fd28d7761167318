/** The workflow code as one script: built once per process, or once per release and read from a file. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';

const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} };

/** Builds the bundle of src/workflows/index.ts; fails when workflow code reaches anything that is not deterministic. */
export function buildWorkflowBundle(): Promise<WorkflowBundle> {
  const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger: quiet });
}
