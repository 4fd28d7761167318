/** Training's activities over a store in memory, a scripted policy and tools that answer from their number. */
import type { OpenLive } from '../../../src/activities/proof/live-contract.ts';
import { createTrainerActivities } from '../../../src/activities/trainer/activities.ts';
import type { TrainerActivities } from '../../../src/activities/trainer/contract.ts';
import { replayGroup } from '../../../src/activities/trainer/replay-group.ts';
import { groupOccasion } from '../../../src/activities/trainer/rollout-group.ts';
import type { SftService } from '../../../src/activities/trainer/sft-service.ts';
import type { RunTool } from '../../../src/activities/trainer/task-room.ts';
import type { TrainingDesk } from '../../../src/activities/trainer/training-desk.ts';
import type { RunId } from '../../../src/domain/ids.ts';
import { type RolloutGroup, TrainingPlan } from '../../../src/domain/rl/schema.ts';
import type { StatefulEnvironment } from '../../../src/domain/stateful/schema.ts';
import { type FakeTrainer, fakeTrainer, type Say } from '../../support/fake-trainer.ts';
import { type MemoryGates, memoryGates } from '../../support/memory-gates.ts';
import { type MemoryTrainingStore, memoryTrainingStore } from '../../support/memory-training-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { townEnvironment } from '../../support/town-environments.ts';

export const runId = 'learn' as RunId;

/** The tool of environment N answers 100 + N for its entity; "lost" as argument breaks the sandbox. */
export const townTool: RunTool = async ({ name }, args) => {
  const printed = { stdout: '', loadStdout: '' };
  if (args['entity'] === 'lost')
    return { ...printed, status: 'infra', error: { type: 'SandboxLost', message: 'the process is gone' } };
  const no = Number(/\d+$/.exec(name)?.[0]);
  if (args['entity'] !== `Entity${no}`)
    return { ...printed, status: 'tool_error', error: { type: 'KeyError', message: 'no such entity' } };
  return { ...printed, status: 'ok', value: 100 + no, canonical: String(100 + no) };
};

export interface TrainingWorld {
  readonly store: MemoryTrainingStore;
  readonly gates: MemoryGates;
  readonly trainer: FakeTrainer;
  readonly activities: TrainerActivities;
  readonly desk: TrainingDesk;
  readonly folder: string;
}

/** What a world has instead of the usual. */
export interface WorldParts {
  readonly sft?: SftService;
  /** More environments than ten towns, and what runs them. */
  readonly stateful?: readonly StatefulEnvironment[];
  readonly openLive?: OpenLive;
}

const noState: OpenLive = () => {
  throw new Error('no environment with state here');
};

export function trainingWorld(
  say: Say,
  config: object = {},
  { sft = noSft, stateful = [], openLive = noState }: WorldParts = {},
): TrainingWorld {
  const environments = [...Array.from({ length: 10 }, (_, no) => townEnvironment(no)), ...stateful];
  const rl = { model: 'base', groups: 2, groupSize: 4, steps: 2, ...('rl' in config ? (config.rl as object) : {}) };
  const store = memoryTrainingStore({ seed: 3, evaluation: {}, ...config, rl }, environments);
  const trainer = fakeTrainer(say);
  const gates = memoryGates();
  const folder = temporaryFolder();
  const desk = {
    store,
    gates,
    runTool: townTool,
    openLive,
    backend: () => trainer,
    sft: () => sft,
    embed: () => Promise.reject(new Error('no embedding here')),
    folder,
    now: () => 0,
  };
  return { store, gates, trainer, folder, desk, activities: createTrainerActivities(desk) };
}

/** What an audit finds in a group of the world. */
export async function replayed({ desk, store }: TrainingWorld, body: RolloutGroup): Promise<readonly string[]> {
  const config = await store.config(runId);
  const hash = await store.findPlan(runId);
  if (config.rl === undefined || hash === undefined) throw new Error('nothing was planned here');
  const plan = TrainingPlan.parse(store.body(hash));
  const task = plan.training.find(({ id }) => id === body.task);
  if (task === undefined) throw new Error(`no task ${body.task}`);
  return replayGroup(desk, groupOccasion({ config, rl: config.rl, plan, task, group: body.group }), body);
}

const noSft: SftService = {
  dispatch: () => Promise.reject(new Error('no SFT here')),
  read: () => Promise.reject(new Error('no SFT here')),
  stop: () => Promise.reject(new Error('no SFT here')),
  record: () => Promise.resolve({ loss: [], notes: [] }),
};

/** A policy that solves the task when the seed says so, and else answers at once. */
export const sometimes: Say = ({ text, seed }) => {
  const entity = /of (Entity\d+)/.exec(text)?.[1] ?? '';
  const no = entity.slice('Entity'.length);
  if (text.endsWith(`<${100 + Number(no)}>`)) return `Answer: ${100 + Number(no)}`;
  const call = JSON.stringify({ name: `get_fact_${no}`, arguments: { entity } });
  return seed % 2 === 0 ? `<tool_call>${call}</tool_call>` : 'I do not know';
};

/** Jobs that have ended when they are asked for. */
export const finishedJobs: SftService = {
  dispatch: ({ key }) => Promise.resolve(`job of ${key.split('/')[0]}`),
  read: () =>
    Promise.resolve({
      status: 'succeeded',
      step: 9,
      result: { model: 'tuned', manifest: 'manifest of tuned', weights: 'weights of tuned' },
      base: { model: 'base', manifest: 'manifest of base', weights: 'weights of base' },
    }),
  stop: () => Promise.resolve(),
  record: () => Promise.resolve({ loss: [{ step: 9, loss: 0.1 }], notes: [] }),
};
