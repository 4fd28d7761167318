/** A sandbox for one command, built where every client is built and closed after the work. */
import type { OwnedSandbox } from '../activities/sandbox/contract.ts';
import type { ProcessConfig } from '../config/process-config.ts';

/** Runs work with a sandbox; throws when this host has no isolation level that is strong enough. */
export async function withSandbox<T>(settings: ProcessConfig, work: (sandbox: OwnedSandbox) => Promise<T>): Promise<T> {
  // Imported late: the composition root knows every client, and most commands need none of them.
  const { composeSandbox } = await import('../compose.ts');
  const sandbox = await composeSandbox(settings);
  try {
    return await work(sandbox);
  } finally {
    await sandbox.close();
  }
}
