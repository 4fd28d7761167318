/** Killing without a goodbye: SIGKILL to a process and all below it, and waiting until the system has buried them. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from '../../infra/part-process.ts';
import type { StackFile } from '../../src/config/stack-file.ts';
import type { Part } from './moments.ts';

/** Kills a part of the stack; resolves to the time of the signal, in milliseconds of the epoch, once nothing of it runs. */
export async function killPart(state: StackFile, part: Part): Promise<number> {
  const name = part === 'worker' ? Object.keys(state.processes).find((key) => key.startsWith('worker-')) : part;
  const target = name === undefined ? undefined : state.processes[name];
  if (target === undefined || !isRunning(target))
    throw new Error(`the drill found no ${part} to kill: did it die alone?`);
  // Postgres has a process per connection, and the kernel would let them finish their statements; the trainer's
  // program has the service below it.
  const victims = [target, ...(part === 'postgres' || part === 'trainer' ? childrenOf(target.pid) : [])];
  const at = Date.now();
  for (const { pid } of victims) killNow(pid);
  await waitUntilGone(victims);
  return at;
}

function childrenOf(parent: number): readonly ProcessIdentity[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [pid = 0, parentPid = 0] = line.trim().split(/\s+/).map(Number);
    return parentPid === parent ? (identify(pid) ?? []) : [];
  });
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function waitUntilGone(victims: readonly ProcessIdentity[]): Promise<void> {
  for (const deadline = Date.now() + 10_000; victims.some(isRunning); await sleep(10)) {
    if (Date.now() > deadline) throw new Error('a part of the stack survived SIGKILL for 10 s');
  }
}
