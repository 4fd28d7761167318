import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { ApplicationFailure } from '@temporalio/common';
import type { GroupRef } from '../../../src/activities/trainer/contract.ts';
import { finishedJobs, runId, sometimes, type TrainingWorld, trainingWorld } from './training-world.ts';

async function played({ activities }: TrainingWorld, groups = 6) {
  const { plan } = await activities.planTraining({ runId });
  const start = await activities.startWeights({ runId });
  const policy = await activities.publishPolicy({ runId, start, step: 0 });
  const refs: GroupRef[] = [];
  for (let group = 0; group < groups; group++) refs.push(await activities.rolloutGroup({ runId, plan, group, policy }));
  const valid = refs.filter(({ rewards }) => new Set(rewards).size > 1);
  return { plan, start, policy, groups: valid.slice(0, 2).map(({ body }) => body) };
}

const counts = { tried: 6, carried: 0, stale: 0, lost: 0, epoch: 1 };

describe('a training step', () => {
  it('hands the trainer a file whose hash is its identity, and records what came of it', async () => {
    const world = trainingWorld(sometimes);
    const { start, groups } = await played(world);
    const made = await world.activities.trainStep({ runId, start, step: 1, groups, ...counts });
    const [order] = world.trainer.made;
    assert.ok(order !== undefined, 'the trainer was asked');

    assert.equal(order.batch.path.endsWith(`batch-${order.batch.sha256}.safetensors`), true);
    assert.equal(existsSync(order.batch.path), true);
    assert.equal(order.parent, start.manifest);
    assert.deepEqual(made.checkpoint, 'step-1');
    const kept = world.store.checkpoints.get('step-1');
    assert.deepEqual([kept?.parent, kept?.data, kept?.manifest], [start.manifest, order.batch.sha256, made.manifest]);
    const rewarded = world.store.steps.get(1)?.metrics['reward_mean'] ?? 0;
    assert.ok(rewarded > 0, `got ${rewarded}`);
  });

  it('is marked when its trainer did not compute again what was sampled', async () => {
    const marks = await Promise.all(
      [3e-6, 0.3].map(async (logprob_diff_max) => {
        const world = trainingWorld(sometimes);
        const { trainStep } = world.trainer;
        const trainer: Partial<typeof world.trainer> = {
          async trainStep(order, beat) {
            const made = await trainStep(order, beat);
            return { ...made, metrics: { ...made.metrics, logprob_diff_max, tokens_fresh: 40 } };
          },
        };
        Object.assign(world.trainer, trainer);
        const { start, groups } = await played(world);
        await world.activities.trainStep({ runId, start, step: 1, groups, ...counts });
        return world.store.steps.get(1)?.metrics['logprob_diff_over'];
      }),
    );

    assert.deepEqual(marks, [0, 1]);
  });

  it('is made once: a committed step is answered from the record', async () => {
    const world = trainingWorld(sometimes);
    const { start, groups } = await played(world);
    const order = { runId, start, step: 1, groups, ...counts };

    assert.deepEqual(await world.activities.trainStep(order), await world.activities.trainStep(order));
    assert.equal(world.trainer.made.length, 1);
  });

  it('has the same batch in a run that is played from nothing', async () => {
    const hashes = await Promise.all(
      [1, 2].map(async () => {
        const world = trainingWorld(sometimes);
        const { start, groups } = await played(world);
        return (await world.activities.trainStep({ runId, start, step: 1, groups, ...counts })).manifest;
      }),
    );

    assert.equal(hashes[0], hashes[1]);
  });

  it('refuses a batch whose rewards do not differ, and a step without the one before it', async () => {
    const world = trainingWorld(() => 'I do not know');
    const { plan } = await world.activities.planTraining({ runId });
    const start = await world.activities.startWeights({ runId });
    const policy = await world.activities.publishPolicy({ runId, start, step: 0 });
    const { body } = await world.activities.rolloutGroup({ runId, plan, group: 0, policy });
    const failsAs = (type: string) => (error: unknown) => error instanceof ApplicationFailure && error.type === type;

    const order = { runId, start, groups: [body], ...counts };
    await assert.rejects(world.activities.trainStep({ ...order, step: 1 }), failsAs('Trainer.BatchInvalid'));
    await assert.rejects(world.activities.trainStep({ ...order, step: 2 }), failsAs('Trainer.Conflict'));
  });
});

describe('measuring a policy', () => {
  it('plays environments that no training saw, and answers a repeated question from the record', async () => {
    const world = trainingWorld(sometimes, { evaluation: { repeats: 2 } });
    const { plan, start } = await played(world);
    const exam = { runId, plan, label: 'base', weights: start, mode: 'sampled' } as const;
    const first = await world.activities.evaluatePolicy(exam);
    const asked = world.trainer.prompts.length;

    assert.equal(first.measures.tasks, 2);
    assert.equal(first.repeats, 2);
    assert.ok(first.measures.f1.mean >= 0 && first.measures.f1.mean <= 1);
    assert.deepEqual(await world.activities.evaluatePolicy(exam), first);
    assert.equal(world.trainer.prompts.length, asked);
    assert.equal((await world.activities.evaluatePolicy({ ...exam, mode: 'greedy' })).repeats, 1);
  });

  it('is refused at the start where nothing can be held out', async () => {
    const world = trainingWorld(sometimes, { evaluation: { heldOut: { domain: 'nowhere' } } });

    await assert.rejects(world.activities.planTraining({ runId }), /holds no environment out \(domain\)/);
  });

  it('leaves out what the starting weights always or never solve, where the run asks for it', async () => {
    const say: typeof sometimes = (place) => (/Entity[0-4]/.test(place.text) ? sometimes(place) : 'no');
    const world = trainingWorld(say, { rl: { difficulty: { low: 0.1, high: 0.9, repeats: 8 } } });
    const { plan, training, left } = await world.activities.planTraining({ runId });
    const start = await world.activities.startWeights({ runId });
    const narrowed = await world.activities.calibratePlan({ runId, plan, start });
    const same = await trainingWorld(say).activities.planTraining({ runId });

    assert.ok(narrowed.training > 0 && narrowed.training < training, `${narrowed.training} of ${training}`);
    assert.equal(narrowed.left, left + training - narrowed.training);
    assert.deepEqual(await world.activities.calibratePlan({ runId, plan, start }), narrowed);
    assert.equal(same.plan, plan);
  });
});

describe('dispatching SFT', () => {
  it('asks for the same job again and again, and for another one under other settings or after a correction', async () => {
    const keys: string[] = [];
    const jobs = { ...finishedJobs, dispatch: ({ key }: { key: string }) => Promise.resolve((keys.push(key), 'job')) };
    const ask = async (sft: object, round = 0): Promise<void> => {
      const { activities } = trainingWorld(sometimes, { sft }, { sft: jobs });
      await activities.dispatchSft({ runId, dataset: 'd'.repeat(64), round });
    };
    await ask({});
    await ask({});
    await ask({ hyperparameters: { steps: 9 } });
    await ask({}, 1);

    assert.equal(keys[0], keys[1]);
    assert.equal(new Set(keys).size, 3);
  });
});
