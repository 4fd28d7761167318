import assert from 'node:assert/strict';
import { stepTimings } from '../../../src/activities/trainer/step-timings.ts';

const clock = { began: 6_000, batched: 6_500, answered: 10_500, told: { load: 1, update: 2 } };

describe('the seconds of a step', () => {
  it('are those of its parts; what is left of the trainer is the checkpoint, what is left of all is waiting', () => {
    assert.deepEqual(stepTimings(clock, { began: 0, publish: 1, rollouts: 4 }), {
      publish: 1,
      rollouts: 4,
      batch: 0.5,
      load: 1,
      update: 2,
      checkpoint: 1,
      wait: 1,
    });
  });

  it('are fewer where the workflow or the trainer tells nothing', () => {
    assert.deepEqual(stepTimings({ ...clock, told: undefined }, undefined), { batch: 0.5, update: 4, checkpoint: 0 });
  });

  it('are never below 0: a step that was made before is answered in less than it took', () => {
    const answered = stepTimings({ ...clock, answered: 6_600 }, { began: 6_000, publish: 0, rollouts: 0 });

    assert.deepEqual([answered['checkpoint'], answered['wait']], [0, 0]);
  });
});
