/** The drill: one run undisturbed, the same run under kill -9, and what the comparison says. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { StackState } from '../../infra/stack.ts';
import { disturb, type Kill } from './disturb.ts';
import { planMoments } from './moments.ts';
import { createWatch, type Harvest, harvest, startRun, untilEnded } from './one-run.ts';
import { type Judgement, judge } from './promises.ts';
import { createRig, type Rig } from './rig.ts';

export interface DrillOptions {
  readonly moments: number;
  readonly seed: number;
  readonly config: string;
  /** Leave homes, logs and exports for a look. */
  readonly keep: boolean;
  readonly note: (line: string) => void;
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
  const rigs = ['undisturbed', 'disturbed'].map((name) => createRig({ home: join(folder, name), latencyMs }));
  const [calm, struck] = rigs as [Rig, Rig];
  try {
    const undisturbed = (await drive(calm, options, () => Promise.resolve([]))).harvested;
    await calm.down();
    options.note(`undisturbed: ${undisturbed.calls.length} calls in ${undisturbed.seconds.toFixed(0)} s`);
    const moments = planMoments(options.seed, options.moments);
    const { harvested: disturbed, kills } = await drive(struck, options, (at) =>
      disturb({ ...at, moments, expectedCalls: undisturbed.calls.length, note: options.note }),
    );
    const judgement = judge({ undisturbed, disturbed, kills, planned: moments.length, latencyMs });
    const ok = judgement.promises.every(({ kept }) => kept);
    return { ok, seed: options.seed, kills, undisturbed, disturbed, folder, ...judgement };
  } finally {
    await Promise.all(rigs.map((rig) => rig.down()));
    if (!options.keep) for (const rig of rigs) rig.remove();
  }
}

type Disturber = (at: Pick<Parameters<typeof disturb>[0], 'watch' | 'state' | 'up'>) => Promise<readonly Kill[]>;

/** Brings the rig up, runs the configuration to its end while somebody disturbs it, and reads the result. */
async function drive(
  rig: Rig,
  { config }: DrillOptions,
  disturber: Disturber,
): Promise<{ harvested: Harvest; kills: readonly Kill[] }> {
  let state: StackState = await rig.up();
  const up = async (): Promise<StackState> => (state = await rig.up());
  const url = (): string => state.postgres?.url ?? '';
  const startedAt = Date.now();
  await startRun(rig, resolve(config));
  const watch = createWatch(url);
  const kills = await disturber({ watch, up, state: () => state });
  await untilEnded(watch);
  const harvested = await harvest(rig, url(), (Date.now() - startedAt) / 1_000);
  return { harvested, kills };
}
