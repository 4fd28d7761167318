/** The embedded stack as background processes: started once, found again, restarted where a part died, stopped without loss. */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { emptyStack, readStackFile, type StackFile } from '../src/config/stack-file.ts';
import type { TrainerNeed } from '../src/domain/run/trainer-need.ts';
import { type Change, endPart } from './stack-change.ts';
import { outsideParts } from './stack-environment.ts';
import { ensurePostgres, ensureTeacher, ensureTemporal } from './stack-servers.ts';
import { withStackLock } from './stack-state.ts';
import { ensureTrainer } from './stack-trainer.ts';
import { ensureWorkers, workerParts } from './stack-workers.ts';

export interface StackOptions {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Applies the migrations once Postgres serves; must be idempotent. */
  migrate(url: string): Promise<unknown>;
  /** What is wanted of the trainer; default none. */
  readonly trainer?: TrainerNeed;
  /** Roles of the worker processes to run; default one process with `all`. */
  readonly roles?: readonly string[];
  /** Gets one line for each part that came up or changed. */
  readonly note?: (line: string) => void;
  /** Programs of the parts that are ours, relative to the checkout. */
  readonly programs?: { readonly teacher: string; readonly worker: string };
  /** Further flags of the offline teacher, for example `--latency 200`; they count when it is started. */
  readonly teacherFlags?: readonly string[];
}

const PROGRAMS = { teacher: 'infra/offline-teacher/main.ts', worker: 'src/workers/main.ts' };

/** Where the starts of all stacks of this user take turns. */
const portsFolder = (): string => join(tmpdir(), `astra-ports-${process.getuid?.() ?? 0}`);

/** Starts what does not run yet: Postgres, Temporal and teacher together, then migrations, then workers. Idempotent. */
export async function startStack(options: StackOptions): Promise<StackFile> {
  const home = resolve(options.home);
  return withStackLock(home, async () => {
    const change: Change = {
      home,
      env: options.env,
      state: readStackFile(home) ?? emptyStack(),
      outside: outsideParts(options.env),
      programs: options.programs ?? PROGRAMS,
      teacherFlags: options.teacherFlags ?? [],
      note: options.note ?? (() => undefined),
    };
    // One stack of this user at a time: two that start side by side would find the same ports free.
    const parts = await withStackLock(portsFolder(), () =>
      Promise.allSettled([ensurePostgres(change), ensureTemporal(change), ensureTeacher(change)]),
    );
    // All have ended before one may fail: what did come up is in stack.json and is found by the next start.
    for (const part of parts) if (part.status === 'rejected') throw part.reason;
    await withStackLock(portsFolder(), () => ensureTrainer(change, options.trainer ?? 'none'));
    if (change.state.postgres !== undefined) await options.migrate(change.state.postgres.url);
    await ensureWorkers(change, options.roles ?? ['all']);
    return change.state;
  });
}

/** Stops every process that `startStack` started, workers first. Data, ports and logs stay. Idempotent. */
export async function stopStack(home: string): Promise<StackFile | undefined> {
  const folder = resolve(home);
  if (!existsSync(folder)) return undefined;
  return withStackLock(folder, async () => {
    const state = readStackFile(folder);
    if (state === undefined) return undefined;
    const change = { home: folder, state };
    await Promise.all(workerParts(state).map((part) => endPart(change, part)));
    await Promise.all(['trainer', 'teacher', 'temporal', 'postgres'].map((part) => endPart(change, part)));
    return state;
  });
}
