/** Kills parts of a running stack at the planned moments and brings them back the way a user does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackFile } from '../../src/config/stack-file.ts';
import type { Moment } from './moments.ts';
import { hasEnded, type Watch } from './one-run.ts';
import { killPart } from './processes.ts';
import type { KillMoment } from './requests.ts';

export interface Kill extends KillMoment {
  /** Where the run stood shortly before. */
  readonly phase: string;
  readonly records: number;
  readonly awaySeconds: number;
  /** From the start command to a stack that serves. */
  readonly recoverySeconds: number;
}

export interface Disturbance {
  readonly moments: readonly Moment[];
  /** Records of the undisturbed run. */
  readonly expectedRecords: number;
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
    // Between two kills the run gets on, so that each meets other work.
    const from = Math.max(moment.atShare * job.expectedRecords, (kills.at(-1)?.records ?? -1) + 1);
    const place = await untilMoment(job, moment, from);
    if (place === undefined) break;
    kills.push(await strike(job, moment, place));
  }
  return kills;
}

/** Where the run stands when the moment has come; undefined when it ended before. */
async function untilMoment(job: Disturbance, moment: Moment, from: number): Promise<Place | undefined> {
  const deadline = Date.now() + moment.patienceMs;
  for (;;) {
    const progress = await job.watch.look();
    if (hasEnded(progress)) return undefined;
    const { records, phase } = progress ?? { records: 0, phase: 'unknown' };
    if (records >= from || Date.now() > deadline) {
      await sleep(moment.delayMs);
      return { records, phase };
    }
    await sleep(100);
  }
}

type Place = Pick<Kill, 'records' | 'phase'>;

async function strike(job: Disturbance, { part, awayMs }: Moment, place: Place): Promise<Kill> {
  const at = await killPart(job.state(), part);
  await sleep(awayMs);
  const startedAt = Date.now();
  await job.up();
  const kill = { part, at, ...place, awaySeconds: awayMs / 1_000, recoverySeconds: (Date.now() - startedAt) / 1_000 };
  job.note(`${place.phase}, ${place.records} records: ${part} killed, back in ${kill.recoverySeconds.toFixed(1)} s`);
  return kill;
}
