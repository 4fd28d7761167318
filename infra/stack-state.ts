/** Changes of `<home>/stack.json`: one at a time, each in one step. */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { StackFile } from '../src/config/stack-file.ts';
import { identify, isRunning } from './part-process.ts';

const identitySchema = z.object({ pid: z.number(), started: z.string() });

/** Replaces stack.json in one step. Only its owner can read it: it holds the password of the database. */
export function writeStack(home: string, state: StackFile): void {
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
