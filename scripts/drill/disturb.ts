/** Kills parts of a running stack at the planned moments and brings them back the way a user does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackFile } from '../../src/config/stack-file.ts';
import type { Moment } from './moments.ts';
import { hasEnded, type Watch } from './one-run.ts';
import { killPart } from './processes.ts';
import type { KillMoment } from './requests.ts';

export interface Kill extends KillMoment {
  /** Calls on record shortly before. */
  readonly calls: number;
  readonly awaySeconds: number;
  /** From the start command to a stack that serves. */
  readonly recoverySeconds: number;
}

export interface Disturbance {
  readonly moments: readonly Moment[];
  /** Calls of the undisturbed run. */
  readonly expectedCalls: number;
  readonly watch: Watch;
  /** The stack as it was last brought up. */
  state(): StackFile;
  up(): Promise<StackFile>;
  note(line: string): void;
}

/** The kills that fell into the run: fewer than planned when it ended before them. */
export async function disturb(job: Disturbance): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  for (const moment of job.moments) {
    const calls = await untilMoment(job, moment);
    if (calls === undefined) break;
    kills.push(await strike(job, moment, calls));
  }
  return kills;
}

/** Calls on record when the moment has come; undefined when the run ended before. */
async function untilMoment(job: Disturbance, moment: Moment): Promise<number | undefined> {
  const deadline = Date.now() + moment.patienceMs;
  for (;;) {
    const progress = await job.watch.look();
    if (hasEnded(progress)) return undefined;
    const calls = progress?.calls ?? 0;
    if (calls >= moment.atShare * job.expectedCalls || Date.now() > deadline) {
      await sleep(moment.delayMs);
      return calls;
    }
    await sleep(100);
  }
}

async function strike(job: Disturbance, { part, awayMs }: Moment, calls: number): Promise<Kill> {
  const at = await killPart(job.state(), part);
  await sleep(awayMs);
  const startedAt = Date.now();
  await job.up();
  const kill = { part, at, calls, awaySeconds: awayMs / 1_000, recoverySeconds: (Date.now() - startedAt) / 1_000 };
  job.note(`${calls} calls on record: ${part} killed, back in ${kill.recoverySeconds.toFixed(1)} s`);
  return kill;
}
