/** What every part of the stack shares while it is brought up or down: the wanted state and the state so far. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFile } from '../src/config/stack-file.ts';
import { isRunning, type ProcessIdentity, stopProcess } from './part-process.ts';
import { stopPostgres } from './postgres.ts';
import type { OutsideParts } from './stack-environment.ts';
import { writeStack } from './stack-state.ts';
import { stopTemporal } from './temporal-server.ts';

/** The checkout our own programs are started from. */
export const checkout = join(import.meta.dirname, '..');

/** One change of a stack: what is wanted, and the state as it grows. */
export interface Change {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly state: StackFile;
  readonly outside: OutsideParts;
  readonly programs: { readonly teacher: string; readonly worker: string };
  readonly teacherFlags: readonly string[];
  note(line: string): void;
}

/** Log of a part, kept over restarts. */
export const logOf = (home: string, part: string): string => join(home, 'logs', `${part}.log`);

/** Keeps the state so far, so that our own sudden end loses track of nothing. */
export function save(change: Pick<Change, 'home' | 'state'>): void {
  writeStack(change.home, change.state);
}

/** The port in an address or URL; 0 when there is none. */
export function portOf(address: string | undefined): number {
  const port = address === undefined ? '' : (/:(\d+)(?:\/|$)/.exec(address)?.[1] ?? '');
  return Number(port);
}

/** The process of a part if it still runs. */
export function runningPart(state: StackFile, part: string): ProcessIdentity | undefined {
  const known = state.processes[part];
  return known !== undefined && isRunning(known) ? { pid: known.pid, started: known.started } : undefined;
}

/** Stops a part's process, if it runs, and forgets it. */
export async function endPart(change: Pick<Change, 'home' | 'state'>, part: string): Promise<void> {
  const running = runningPart(change.state, part);
  if (running !== undefined) {
    if (part === 'postgres') await stopPostgres(running);
    else if (part === 'temporal') await stopTemporal(running);
    else await stopProcess(running, { graceMs: 75_000 }); // a worker finishes what it has begun
  }
  const pid = change.state.processes[part]?.pid;
  if (pid !== undefined) rmSync(join(change.home, `worker-${pid}.ready`), { force: true });
  delete change.state.processes[part];
  change.state.workers = change.state.workers.filter((worker) => worker.pid !== pid);
  save(change);
}
