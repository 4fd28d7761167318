/** The drill: one run undisturbed, the same run under kill -9, and what the comparison says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadRunConfig } from '../../src/config/load.ts';
import type { StackFile } from '../../src/config/stack-file.ts';
import { type TrainerNeed, trainerNeed } from '../../src/domain/run/trainer-need.ts';
import { disturb, type Kill } from './disturb.ts';
import { planMoments, victimsOf } from './moments.ts';
import { createWatch, type Harvest, harvest, startRun, untilEnded } from './one-run.ts';
import { type Judgement, judge } from './promises.ts';
import { createRig, type Rig } from './rig.ts';

export interface DrillOptions {
  readonly moments: number;
  readonly seed: number;
  readonly config: string;
  /** Home whose trainer environment is shared, where the configuration trains. */
  readonly trainerHome: string;
  /**
   * Milliseconds that a moment waits for the run to get on. Default 60 s: the call of a killed worker is given up after
   * 30 s, and a stage ends with its last call, so that shorter waits would strike while nothing happens.
   */
  readonly patienceMs?: number;
  /** Leave homes, logs and exports for a look. */
  readonly keep: boolean;
  readonly note: (line: string) => void;
  readonly interrupted: AbortSignal;
}

export interface DrillResult extends Judgement {
  readonly ok: boolean;
  readonly seed: number;
  readonly kills: readonly Kill[];
  readonly undisturbed: Harvest;
  readonly disturbed: Harvest;
  /** Folder with both homes; it is gone unless `keep`. */
  readonly folder: string;
}

/** Slow enough that a kill meets calls in flight. */
const latencyMs = 250;

export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'astra-drill-'));
  const config = loadRunConfig(resolve(options.config));
  const { trainerHome, note } = options;
  const trainer = trainerNeed(config);
  const common = { latencyMs, trainer, trainerHome, note };
  const calm = await createRig({ home: join(folder, 'undisturbed'), ...common });
  const struck = await createRig({ home: join(folder, 'disturbed'), ...common });
  const rigs = [calm, struck];
  const wanted = { trainer, steps: config.rl?.steps ?? 0 };
  try {
    const result = compare(calm, struck, { ...options, folder, wanted });
    return await Promise.race([result, rejectionOf(options.interrupted)]);
  } finally {
    await Promise.all(rigs.map((rig) => rig.down()));
    if (!options.keep) {
      for (const rig of rigs) rig.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Ctrl-C ends the waiting, so that the stacks are stopped before the program is. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the drill was interrupted')), { once: true });
  });
}

interface Comparison extends DrillOptions {
  readonly folder: string;
  readonly wanted: { readonly trainer: TrainerNeed; readonly steps: number };
}

async function compare(calm: Rig, struck: Rig, options: Comparison): Promise<DrillResult> {
  const { folder, seed, wanted } = options;
  const trains = wanted.trainer !== 'none';
  const undisturbed = (await drive(calm, options, () => Promise.resolve([]))).harvested;
  await calm.down();
  options.note(`undisturbed: ${undisturbed.records} records in ${undisturbed.seconds.toFixed(0)} s`);
  const victims = victimsOf({ calls: undisturbed.calls.length, trains });
  const moments = planMoments({ seed, count: options.moments, patienceMs: options.patienceMs ?? 60_000, victims });
  const { harvested: disturbed, kills } = await drive(struck, options, (at) =>
    disturb({ ...at, moments, expectedRecords: undisturbed.records, note: options.note }),
  );
  const { steps } = wanted;
  const judgement = judge({ undisturbed, disturbed, kills, planned: moments.length, latencyMs, steps, trains });
  const ok = judgement.promises.every(({ kept }) => kept);
  return { ok, seed, kills, undisturbed, disturbed, folder, ...judgement };
}

type Disturber = (at: Pick<Parameters<typeof disturb>[0], 'watch' | 'state' | 'up'>) => Promise<readonly Kill[]>;

/** Brings the rig up, runs the configuration to its end while somebody disturbs it, and reads the result. */
async function drive(
  rig: Rig,
  { config }: DrillOptions,
  disturber: Disturber,
): Promise<{ harvested: Harvest; kills: readonly Kill[] }> {
  let state: StackFile = await rig.up();
  const up = async (): Promise<StackFile> => (state = await rig.up());
  const url = (): string => state.postgres?.url ?? '';
  const startedAt = Date.now();
  await startRun(rig, resolve(config));
  const watch = createWatch(rig, url);
  const kills = await disturber({ watch, up, state: () => state });
  await untilEnded(watch);
  const harvested = await harvest(rig, state, (Date.now() - startedAt) / 1_000);
  return { harvested, kills };
}
