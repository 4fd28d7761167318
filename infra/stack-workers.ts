/** The worker processes of a stack, one for each role. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFile } from '../src/config/stack-file.ts';
import { spawnPart, waitUntilReady } from './part-process.ts';
import { type Change, checkout, endPart, logOf, runningPart, save } from './stack-change.ts';

/** The parts that are worker processes, in the words of stack.json. */
export const workerParts = (state: StackFile): string[] =>
  Object.keys(state.processes).filter((part) => part.startsWith('worker-'));

/** Brings exactly these roles up; a worker that looks at addresses of before is replaced. */
export async function ensureWorkers(change: Change, roles: readonly string[]): Promise<void> {
  const wanted = roles.map((role) => `worker-${role}`);
  for (const part of workerParts(change.state)) if (!wanted.includes(part)) await endPart(change, part);
  await Promise.all(roles.map((role) => ensureWorker(change, role)));
}

async function ensureWorker(change: Change, role: string): Promise<void> {
  const { home, state } = change;
  const part = `worker-${role}`;
  const addresses = workerAddresses(change);
  const settings = createHash('sha256').update(JSON.stringify(addresses)).digest('hex');
  const logFile = logOf(home, part);
  let identity = runningPart(state, part);
  if (identity === undefined || state.processes[part]?.settings !== settings) {
    await endPart(change, part); // it died, or it looks at addresses that moved
    const args = [join(checkout, change.programs.worker), ...(role === 'all' ? [] : ['--role', role])];
    const env = { ...change.env, ...addresses };
    identity = await spawnPart({ name: part, command: process.execPath, args, env, logFile, detached: true });
    state.processes[part] = { ...identity, settings };
    state.workers = [...state.workers, { role, pid: identity.pid }];
    save(change);
    change.note(`worker ${role} starts (process ${identity.pid})`);
  }
  const readyFile = join(home, `worker-${identity.pid}.ready`);
  const isReady = async (): Promise<boolean> => existsSync(readyFile);
  await waitUntilReady({ name: part, identity, logFile, timeoutMs: 120_000, isReady });
}

function workerAddresses({ home, env, state, outside }: Change): Record<string, string> {
  return {
    ASTRA_HOME: home,
    ...(state.postgres === undefined ? {} : { DATABASE_URL: state.postgres.url }),
    ...(state.temporal === undefined
      ? {}
      : { TEMPORAL_ADDRESS: state.temporal.address, TEMPORAL_NAMESPACE: state.temporal.namespace }),
    ...(state.trainer === undefined ? {} : { ASTRA_TRAINER_URL: state.trainer.url }),
    ...(state.teacher === undefined ? {} : { OPENAI_BASE_URL: state.teacher.baseUrl }),
    // The OpenAI client refuses to start without a key; the offline teacher reads none.
    OPENAI_API_KEY: outside.teacher === undefined ? 'offline' : (env['OPENAI_API_KEY'] ?? 'none'),
  };
}
