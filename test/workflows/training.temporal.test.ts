import assert from 'node:assert/strict';
import type { WorkflowHandle } from '@temporalio/client';
import { TrainerError } from '../../src/activities/failures.ts';
import { trainingSettings } from '../../src/activities/store/training-settings.ts';
import type { SftService } from '../../src/activities/trainer/sft-service.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';
import { finishedJobs, sometimes, type TrainingWorld, trainingWorld } from '../activities/trainer/training-world.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import type { Say } from '../support/fake-trainer.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

interface Training {
  readonly world: FakeWorld;
  readonly training: TrainingWorld;
}

/** A run of training alone, over the real activities. */
function trainingRun(
  run: string,
  { say = sometimes, config = {}, sft }: { say?: Say; config?: object; sft?: SftService },
): Training {
  const rl = {
    model: 'base',
    groups: 2,
    groupSize: 4,
    steps: 2,
    stepsPerEpoch: 1,
    ...('rl' in config ? (config.rl as object) : {}),
  };
  const whole = { evaluation: {}, ...config, rl };
  const training = trainingWorld(say, whole, sft === undefined ? {} : { sft });
  const world = fakeWorld(run);
  world.settings = {
    ...world.settings,
    stages: { environments: false, trajectories: false },
    ...trainingSettings(RunConfig.parse({ seed: 3, ...whole })),
  };
  world.trainer = training.activities;
  return { world, training };
}

async function waitsForCorrection(handle: WorkflowHandle): Promise<string> {
  const view = await eventually(
    'the run waits for a correction',
    async () => Object(await handle.query('status')) as { waitingFor: string; note: string },
    ({ waitingFor }) => waitingFor === 'correction',
  );
  return view.note;
}

describe('training', function () {
  this.timeout(90_000);
  const name = runNames();

  it('goes from SFT over epochs and steps to policies that are measured', async () => {
    const run = name('learn');
    const { world, training } = trainingRun(run, {
      config: { sft: {}, evaluation: { greedy: false } },
      sft: finishedJobs,
    });
    training.trainer.served.add('tuned');

    const result = Object(await serveWorld(world, async ({ start }) => (await start(run)).result())) as {
      sft: { status: string };
      rl: { steps: number; start: object; epochs: readonly string[] };
      evaluation: readonly { label: string; measures: { tasks: number } }[];
    };

    assert.equal(result.sft.status, 'succeeded');
    assert.equal(result.rl.steps, 2);
    assert.deepEqual(result.rl.start, { model: 'tuned', manifest: 'manifest of tuned' });
    assert.match(result.rl.epochs.join('\n'), /^epoch 1, up to step 1: reward 0\.\d+\nepoch 2, up to step 2: reward/);
    const timings = training.store.steps.get(1)?.timings ?? {};
    assert.deepEqual(Object.keys(timings), ['publish', 'rollouts', 'batch', 'update', 'checkpoint', 'wait']);
    assert.ok((timings['rollouts'] ?? -1) > 0, 'the workflow saw rollouts take their time');
    assert.deepEqual(
      result.evaluation.map(({ label, measures }) => [label, measures.tasks]),
      [
        ['base', 2],
        ['sft', 2],
        ['rl', 2],
      ],
    );
    assert.deepEqual([...training.store.checkpoints.keys()], ['base', 'sft', 'step-1', 'step-2']);
    const [one, two] = training.trainer.made;
    assert.deepEqual([one?.step, two?.step, two?.parent], [1, 2, training.store.steps.get(1)?.manifest]);
  });

  it('parks when no batch fills, says why, and goes on after a correction', async () => {
    const run = name('starved');
    let isWeak = true;
    const say: Say = (place) => (isWeak ? 'no' : sometimes(place));
    const { world, training } = trainingRun(run, { say });

    const result: unknown = await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      const note = await waitsForCorrection(handle);
      assert.match(
        note,
        /^Rl\.Starved: the batch needs 2 groups .* 8 groups were rolled out and 0 are valid \(all right 0, all wrong 8/,
      );
      isWeak = false;
      await handle.executeUpdate('correct', { args: [{ note: 'another policy' }] });
      return handle.result();
    });

    assert.equal(Object(Object(result).rl).steps, 2);
    assert.ok(
      Math.min(...(training.store.steps.get(1)?.groups ?? []).map((body) => Object(training.store.body(body)).group)) >=
        8,
      'other groups',
    );
  });

  it('publishes again when a sampler has forgotten the policy, and plays the group once more', async () => {
    const run = name('stale');
    const { world, training } = trainingRun(run, { config: { rl: { steps: 1 } } });
    const { publish } = training.trainer;
    let forgets = 2;
    Object.assign(training.trainer, {
      async publish(order: Parameters<typeof publish>[0]) {
        const served = await publish(order);
        if (forgets-- > 0) training.trainer.served.delete(served.model);
        return served;
      },
    });

    await serveWorld(world, async ({ start }) => (await start(run)).result());

    assert.equal(training.trainer.made.length, 1);
    assert.ok(training.trainer.published.length >= 3, `published ${training.trainer.published.length} times`);
  });

  it('parks on numbers that are none and trains on other groups afterwards', async () => {
    const run = name('nan');
    const { world, training } = trainingRun(run, { config: { rl: { steps: 1 } } });
    const { trainStep } = training.trainer;
    const batches: string[] = [];
    Object.assign(training.trainer, {
      async trainStep(...[order, beat]: Parameters<typeof trainStep>) {
        batches.push(order.batch.sha256);
        if (batches.length === 1) throw new TrainerError('GradientNotFinite', 'the gradient is NaN');
        return trainStep(order, beat);
      },
    });

    await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      assert.match(await waitsForCorrection(handle), /^Trainer\.GradientNotFinite: the gradient is NaN/);
      await handle.executeUpdate('correct', { args: [{ note: 'tried again' }] });
      return handle.result();
    });

    assert.equal(batches.length, 2);
    assert.notEqual(batches[0], batches[1]);
    assert.equal(training.store.steps.size, 1);
  });
});
