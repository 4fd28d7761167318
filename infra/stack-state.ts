/** `<home>/stack.json`: where the parts of a stack listen, and which processes of ours serve them. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { identify, isRunning } from './part-process.ts';

const identitySchema = z.object({ pid: z.number(), started: z.string() });

const stackSchema = z.object({
  temporal: z.object({ address: z.string(), ui: z.string().optional(), namespace: z.string() }).optional(),
  postgres: z.object({ url: z.string(), dataFolder: z.string().optional() }).optional(),
  teacher: z.object({ baseUrl: z.string(), kind: z.enum(['offline', 'external']) }).optional(),
  /** Processes that poll for work. */
  workers: z.array(z.object({ role: z.string(), pid: z.number() })),
  /** Absolute path of the Temporal CLI, for people who want to look. */
  cli: z.object({ temporal: z.string().optional() }),
  /** Ours alone: what we started, by part. A worker's part is `worker-<role>`. */
  processes: z.record(z.string(), identitySchema.extend({ settings: z.string().optional() })),
});

export type StackState = z.infer<typeof stackSchema>;

/** A stack of which nothing was started yet. */
export const emptyStack = (): StackState => ({ workers: [], cli: {}, processes: {} });

/** What the last `up` or `down` of this home wrote; undefined before the first. Fails on a file that is not ours. */
export function readStack(home: string): StackState | undefined {
  const file = join(home, 'stack.json');
  if (!existsSync(file)) return undefined;
  try {
    return stackSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} is not a stack file of this version: stop its processes, then delete it`, { cause });
  }
}

/** Replaces stack.json in one step. Only its owner can read it: it holds the password of the database. */
export function writeStack(home: string, state: StackState): void {
  const part = join(home, `stack.json.${process.pid}.part`);
  writeFileSync(part, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, join(home, 'stack.json'));
}

/** Runs one change of the stack at a time: a second `up` waits for the first and then finds all in place. */
export async function withStackLock<T>(home: string, change: () => Promise<T>): Promise<T> {
  mkdirSync(home, { recursive: true });
  const lock = join(home, 'stack.lock');
  const deadline = Date.now() + 300_000;
  while (!takeLock(lock)) {
    if (Date.now() > deadline)
      throw new Error(`another start or stop of ${home} has not ended for 5 minutes (${lock})`);
    await sleep(100);
  }
  try {
    return await change();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeFileSync(file, JSON.stringify(identify(process.pid)));
    closeSync(file);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (isAbandoned(lock)) rmSync(lock, { force: true });
  return false;
}

function isAbandoned(lock: string): boolean {
  try {
    const holder = identitySchema.safeParse(JSON.parse(readFileSync(lock, 'utf8')));
    return holder.success && !isRunning(holder.data);
  } catch {
    return false; // gone, or being written at this moment; the next look decides
  }
}
