import assert from 'node:assert/strict';
import { TrainerError } from '../../src/activities/failures.ts';
import { trainingSettings } from '../../src/activities/store/training-settings.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';
import { finishedJobs, sometimes, trainingWorld } from '../activities/trainer/training-world.ts';
import { eventually } from '../support/eventually.ts';
import { fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

/** What each place refuses with, one after the other, before it does its work. */
const refusals = {
  dispatch: [
    new TrainerError('DatasetInvalid', 'of 9 rows refused: 1 rows: no trained token (rows 4)'),
    new TrainerError('ModelNotFound', 'smollm2-135m: its package is not installed'),
  ],
  sample: [new TrainerError('Protocol', 'the endpoint gives no token ids')],
  step: [
    new TrainerError('BatchInvalid', 'batch: all advantages are 0'),
    new TrainerError('OutOfMemory', 'the memory of the machine is not enough'),
    new TrainerError('CheckpointCorrupt', 'model.safetensors has 12ab…'),
  ],
};

describe('a run that is cancelled during SFT', function () {
  this.timeout(60_000);
  const name = runNames();

  it('stops its job at the trainer', async () => {
    const run = name('unwanted');
    const stopped: string[] = [];
    const { promise: followed, resolve: follows } = Promise.withResolvers<void>();
    const sft = {
      ...finishedJobs,
      read: () => {
        follows();
        return Promise.resolve({ status: 'running', step: 1, of: 9 } as const);
      },
      stop: (job: string) => {
        stopped.push(job);
        return Promise.resolve();
      },
    };
    const training = trainingWorld(sometimes, { sft: {} }, { sft });
    const world = fakeWorld(run);
    world.settings = {
      ...world.settings,
      stages: { environments: false, trajectories: false },
      ...trainingSettings(RunConfig.parse({ seed: 3, sft: {} })),
    };
    world.trainer = training.activities;

    await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      await followed;
      await handle.cancel();
      await assert.rejects(handle.result());
    });

    assert.deepEqual(stopped, ['job of sft']);
  });
});

describe('what a trainer refuses', function () {
  this.timeout(120_000);
  const name = runNames();

  it('parks the stage with its reason each time, and goes on to the end once it is mended', async () => {
    const run = name('refused');
    const left = copyOf(refusals);
    const refuse = (place: keyof typeof refusals): void => {
      const error = left[place].shift();
      if (error !== undefined) throw error;
    };
    const whole = { sft: {}, evaluation: {}, rl: { groups: 2, groupSize: 4, steps: 1, stepsPerEpoch: 1 } };
    const sft = {
      ...finishedJobs,
      dispatch: (order: Parameters<typeof finishedJobs.dispatch>[0]) => {
        refuse('dispatch');
        return finishedJobs.dispatch(order);
      },
    };
    const training = trainingWorld(sometimes, whole, { sft });
    const { trainStep, sampler } = training.trainer;
    Object.assign(training.trainer, {
      sampler: {
        ...sampler,
        async complete(order: Parameters<typeof sampler.complete>[0]) {
          refuse('sample');
          return sampler.complete(order);
        },
      },
      async trainStep(...asked: Parameters<typeof trainStep>) {
        refuse('step');
        return trainStep(...asked);
      },
    });
    training.trainer.served.add('tuned');
    const world = fakeWorld(run);
    world.settings = {
      ...world.settings,
      stages: { environments: false, trajectories: false },
      ...trainingSettings(RunConfig.parse({ seed: 3, ...whole })),
    };
    world.trainer = training.activities;

    const notes: string[] = [];
    const result: unknown = await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      const wanted = Object.values(refusals).flat().length;
      while (notes.length < wanted) {
        const { note } = await eventually(
          `refusal ${notes.length + 1} is shown`,
          async () => Object(await handle.query('status')) as { waitingFor: string; note: string },
          // The stage shows its reason a moment before and after it waits for it.
          (shown) => shown.waitingFor === 'correction' && shown.note !== notes.at(-1),
        );
        notes.push(note);
        await handle.executeUpdate('correct', { args: [{ note: 'mended' }] });
      }
      return handle.result();
    });

    assert.deepEqual(notes, [
      'Trainer.DatasetInvalid: of 9 rows refused: 1 rows: no trained token (rows 4)',
      'Trainer.ModelNotFound: smollm2-135m: its package is not installed',
      'Trainer.Protocol: the endpoint gives no token ids',
      'Trainer.BatchInvalid: batch: all advantages are 0',
      'Trainer.OutOfMemory: the memory of the machine is not enough',
      'Trainer.CheckpointCorrupt: model.safetensors has 12ab…',
    ]);
    assert.equal(Object(Object(result).rl).steps, 1);
    assert.deepEqual([...training.store.checkpoints.keys()], ['base', 'sft', 'step-1']);
  });
});

/** Lists of their own, with the same errors. */
function copyOf(lists: typeof refusals): { [place in keyof typeof refusals]: TrainerError[] } {
  return { dispatch: [...lists.dispatch], sample: [...lists.sample], step: [...lists.step] };
}
