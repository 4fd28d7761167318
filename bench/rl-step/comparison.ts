/** Our step against TRL's: the same model, prompts, counts, threads and adapter; one step of each in turn. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Trainer } from '../../infra/trainer/start-trainer.ts';
import { createTrainerWire, type TrainerWire } from '../../src/activities/trainer/http-wire.ts';
import { createLocalBackend } from '../../src/activities/trainer/local-backend.ts';
import { treeTime } from '../support/processor-time.ts';
import { batchFolder, type Lesson, type MadeStep, makeStep } from './our-step.ts';
import { startTrl, type TrlSide, type Workload } from './trl-process.ts';

export interface Timed {
  readonly seconds: number;
  readonly processor: number;
}

export interface Comparison {
  readonly ours: readonly Timed[];
  readonly theirs: readonly Timed[];
  /** Of the last step of ours. */
  readonly made: MadeStep;
  readonly trainable: { readonly ours: number; readonly theirs: number };
}

const Base = z.looseObject({ id: z.string(), manifest_sha256: z.string(), trainable_parameters: z.int() });

/** The whole real model and the adapter on it, made where they are not yet. */
export async function realModel(wire: TrainerWire): Promise<z.infer<typeof Base>> {
  const body = { kind: 'smollm2-135m' };
  return wire.send({ method: 'PUT', path: '/v1/base_models', body, answer: Base });
}

/** One step of each to warm up, then `pairs` of each; who is first changes from pair to pair. */
export async function compare(
  trainer: Trainer,
  python: string,
  { load, pairs }: { load: Workload; pairs: number },
): Promise<Comparison> {
  const wire = createTrainerWire(trainer.url);
  const base = await realModel(wire);
  const run = `bench-${process.pid}-${load.threads}`;
  const folder = batchFolder(trainer.modelHome);
  mkdirSync(folder, { recursive: true });
  const trl = await startTrl(python, join(trainer.modelHome, 'models/smollm2-135m'), load);
  try {
    const lesson: Lesson = {
      backend: createLocalBackend(wire),
      run,
      start: { model: base.id, manifest: base.manifest_sha256 },
      prompts: trl.prompts,
      generations: load.generations,
      completionTokens: load.completionTokens,
      folder,
    };
    const trainable = { ours: base.trainable_parameters, theirs: trl.trainable };
    return { trainable, ...(await inTurn({ lesson, trl, pid: trainer.process.pid }, pairs)) };
  } finally {
    trl.stop();
    await wire.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(trainer.modelHome, 'runs', run), { recursive: true, force: true });
  }
}

async function inTurn(
  { lesson, trl, pid }: { lesson: Lesson; trl: TrlSide; pid: number },
  pairs: number,
): Promise<Pick<Comparison, 'ours' | 'theirs' | 'made'>> {
  const ours: Timed[] = [];
  const theirs: Timed[] = [];
  let made: MadeStep | undefined;
  const step = async (): Promise<void> => {
    const before = treeTime(pid).own;
    const parent: string = made?.manifest ?? lesson.start.manifest;
    made = await makeStep(lesson, { step: ours.length + 1, parent });
    ours.push({ seconds: made.seconds, processor: treeTime(pid).own - before });
  };
  const their = async (): Promise<void> => void theirs.push(await trl.step());
  for (let pair = 0; pair <= pairs; pair++) {
    for (const side of pair % 2 === 0 ? [step, their] : [their, step]) await side();
    console.error(`bench rl-step: pair ${pair} of ${pairs}, ours ${told(ours)}, TRL ${told(theirs)}`);
  }
  if (made === undefined) throw new Error('no step was made');
  return { ours: ours.slice(1), theirs: theirs.slice(1), made };
}

const told = (steps: readonly Timed[]): string =>
  `${steps.at(-1)?.seconds.toFixed(1)} s (${steps.at(-1)?.processor.toFixed(1)} of a core)`;
