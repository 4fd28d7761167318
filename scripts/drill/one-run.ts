/** One run on a rig, from its start to what can be said of it afterwards. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { StackFile } from '../../src/config/stack-file.ts';
import { exportFormats } from '../../src/domain/export/formats.ts';
import { astra } from './astra.ts';
import { type Begun, begunAgain } from './begun-again.ts';
import type { Rig } from './rig.ts';
import {
  type Progress,
  type RecordedCall,
  readCalls,
  readItems,
  readProgress,
  type StoredItem,
  whileThere,
} from './store.ts';
import { type Exchange, readTeacherLog } from './teacher-log.ts';
import { sftStepsDone } from './trainer-home.ts';
import { readTraining, type Training } from './training.ts';

/** The same in both homes: ids and files depend on it. */
export const runName = 'drill';

/** Statuses in which nothing more happens by itself. */
const ended = ['completed', 'failed', 'cancelled', 'awaiting_correction'];

/** No activity may hang longer than its own clock: the longest of them in a drill are proofs, with five minutes. */
const standstillMs = 400_000;

/** Everything a drill compares of a run. */
export interface Harvest {
  readonly seconds: number;
  readonly status: string;
  /** What its progress was counted by. */
  readonly records: number;
  readonly calls: readonly RecordedCall[];
  readonly items: readonly StoredItem[];
  /** SHA-256 by the path of an exported file. */
  readonly files: Readonly<Record<string, string>>;
  /** What the audit finds wrong. */
  readonly findings: readonly string[];
  readonly exchanges: readonly Exchange[];
  /** Activities by name; those that were begun again were in flight at a kill. */
  readonly begun: Readonly<Record<string, Begun>>;
  /** Undefined where nothing was trained. */
  readonly training: Training | undefined;
}

export interface Watch {
  /** How far the run is now; undefined while the store is away or the run not opened. */
  look(): Promise<Progress | undefined>;
}

/** Starts the run on a stack that is up. */
export async function startRun(rig: Rig, config: string): Promise<void> {
  await astra(rig, ['run', config, '--run', runName, '--detach']);
}

/** Looks at the run through the store and the trainer's folder; fails when it stands still for longer than any clock of ours. */
export function createWatch(rig: Rig, url: () => string): Watch {
  let known = '';
  let changedAt = Date.now();
  return {
    async look() {
      const stored = await whileThere(url(), (pool) => readProgress(pool, runName));
      const progress = stored && { ...stored, records: stored.records + sftStepsDone(join(rig.home, 'trainer')) };
      const text = JSON.stringify(progress ?? known);
      if (text !== known && progress !== undefined) [known, changedAt] = [text, Date.now()];
      if (Date.now() - changedAt > standstillMs)
        throw new Error(`the run stands still for ${standstillMs / 1_000} s: ${known || 'it was never opened'}`);
      return progress;
    },
  };
}

export const hasEnded = (progress: Progress | undefined): boolean =>
  progress !== undefined && ended.includes(progress.status);

/** Resolves once the run has ended, whatever way. */
export async function untilEnded(watch: Watch): Promise<void> {
  while (!hasEnded(await watch.look())) await sleep(500);
}

const Exported = z.object({ files: z.array(z.object({ path: z.string(), sha256: z.string() })) });
const Audit = z.object({ findings: z.array(z.object({ part: z.string(), id: z.string(), detail: z.string() })) });

/** Exports and audits the ended run and reads what is on record. */
export async function harvest(rig: Rig, state: StackFile, seconds: number): Promise<Harvest> {
  const to = join(rig.home, 'exports');
  const formats = exportFormats.join(',');
  const { files } = Exported.parse(await astra(rig, ['export', runName, '--to', to, '--format', formats]));
  const { findings } = Audit.parse(await astra(rig, ['audit', runName]));
  const stored = await whileThere(state.postgres?.url ?? '', async (pool) => ({
    progress: await readProgress(pool, runName),
    calls: await readCalls(pool),
    items: await readItems(pool, runName),
    training: await readTraining(pool, runName, rig.home),
  }));
  if (stored === undefined) throw new Error('Postgres went away after the drill had ended');
  const { progress, ...read } = stored;
  return {
    seconds,
    status: progress?.status ?? 'never opened',
    records: (progress?.records ?? 0) + sftStepsDone(join(rig.home, 'trainer')),
    ...read,
    files: Object.fromEntries(files.map(({ path, sha256 }) => [relative(to, path), sha256])),
    findings: findings.map(({ part, id, detail }) => `${part} ${id}: ${detail}`),
    begun: await begunAgain(state, runName),
    exchanges: existsSync(rig.teacherLog) ? readTeacherLog(readFileSync(rig.teacherLog, 'utf8')) : [],
  };
}
