/** One step of ours outside of any workflow: publish, sample groups, write the batch, train, through the real backend. */
import { join } from 'node:path';
import type { SampledTurn, TrainerBackend } from '../../src/activities/trainer/backend.ts';
import { writeHashed } from '../../src/activities/trainer/batch-file.ts';
import type { Weights } from '../../src/activities/trainer/contract.ts';
import { encodeStepBatch } from '../../src/activities/trainer/step-batch.ts';
import { RolloutGroup } from '../../src/domain/rl/schema.ts';
import { addTurn, beginTrajectory } from '../../src/domain/rl/token-trajectory.ts';
import { Rl } from '../../src/domain/run/training/schema.ts';

export interface Lesson {
  readonly backend: TrainerBackend;
  readonly run: string;
  readonly start: Weights;
  readonly prompts: readonly (readonly number[])[];
  readonly generations: number;
  readonly completionTokens: number;
  readonly folder: string;
}

export interface MadeStep {
  readonly manifest: string;
  readonly seconds: number;
  readonly sampledTokens: number;
  /** Of all trajectories, prompts included: what a trainer without padding or sharing would forward. */
  readonly trajectoryTokens: number;
  readonly metrics: { readonly [name: string]: number };
}

const { loss, optimizer, advantages, normaliser } = Rl.parse({ optimizer: { lr: 2e-5 } });

/** Step `step` from the parent with this manifest. */
export async function makeStep(lesson: Lesson, { step, parent }: { step: number; parent: string }): Promise<MadeStep> {
  const { backend, run, start, prompts, generations, completionTokens, folder } = lesson;
  const began = performance.now();
  const { model } = await backend.publish({ run, step: step - 1, start, manifest: parent });
  const asked = prompts.flatMap((prompt, group) =>
    Array.from({ length: generations }, (_, no) => ({ prompt, seed: (step * 100 + group) * 1_000 + no })),
  );
  const turns = await backend.sampler.complete({
    model,
    prompts: asked.map(({ prompt }) => prompt),
    seeds: asked.map(({ seed }) => seed),
    maxTokens: completionTokens,
    temperature: 1,
    signal: undefined,
  });
  const groups = prompts.map((prompt, group) =>
    groupOf(prompt, turns.slice(group * generations, (group + 1) * generations), { group, version: step - 1, model }),
  );
  const { rows, bytes } = encodeStepBatch(groups, { advantages, normaliser }, { run, step });
  const batch = await writeHashed(folder, [bytes], (sha256) => `batch-${sha256}.safetensors`);
  const order = { run, step, start, parent, batch, rows, loss, optimizer, temperature: 1, signal: undefined };
  const made = await backend.trainStep(order, () => undefined);
  return {
    manifest: made.manifest,
    seconds: (performance.now() - began) / 1000,
    sampledTokens: turns.reduce((sum, { tokens }) => sum + tokens.length, 0),
    trajectoryTokens: groups.flatMap(({ rollouts }) => rollouts).reduce((sum, { tokens }) => sum + tokens.length, 0),
    metrics: made.metrics,
  };
}

/** The reward is the one of the other side: it costs nothing and differs within every group. */
function groupOf(
  prompt: readonly number[],
  turns: readonly SampledTurn[],
  { group, version, model }: { group: number; version: number; model: string },
): RolloutGroup {
  const rollouts = turns.map(({ text, ...turn }, no) => {
    const reward = (turn.tokens.reduce((sum, token) => sum + token, 0) % 1009) / 1009;
    return {
      no,
      ...addTurn(beginTrajectory(prompt), turn),
      said: [{ role: 'assistant', text }],
      stop: 'answer',
      reward,
      score: { n: 1, solved: 0, calls: 0, recall: 0, precision: 0, f1: 0 },
      formatErrors: 0,
      toolErrors: 0,
      finalAnswerOk: false,
    };
  });
  const places = { group, task: `prompt ${group}`, version, policy: model };
  return RolloutGroup.parse({ ...places, toolsMissing: false, shown: [], irrelevant: [], rollouts, lost: [] });
}

/** Where batches of a bench lie. */
export const batchFolder = (home: string): string => join(home, 'bench-batches');
