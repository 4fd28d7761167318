import assert from 'node:assert/strict';
import { TrainerError } from '../../../src/activities/failures.ts';
import { finishedJobs, runId, sometimes, trainingWorld } from './training-world.ts';

describe('a trainer that gives no answer', () => {
  const dataset = 'd'.repeat(64);

  it('is shown with what to do until it answers, and other failures are not shown as an outage', async () => {
    const answers: (Error | undefined)[] = [
      new TrainerError('Unavailable', 'GET http://127.0.0.1:1/: no answer: ECONNREFUSED', { cause: new Error('gone') }),
      new TrainerError('Unavailable', 'GET http://127.0.0.1:1/: 503 not_ready: it is being installed'),
      undefined,
      new TrainerError('DatasetInvalid', 'no trained token'),
    ];
    const sft = {
      ...finishedJobs,
      dispatch: (order: Parameters<typeof finishedJobs.dispatch>[0]) => {
        const error = answers.shift();
        return error === undefined ? finishedJobs.dispatch(order) : Promise.reject(error);
      },
    };
    const { gates, activities } = trainingWorld(sometimes, { sft: {} }, { sft });
    const dispatch = () => activities.dispatchSft({ runId, dataset, round: 0 });

    await assert.rejects(dispatch());
    assert.deepEqual(
      [...gates.closed],
      [
        [
          'astra-trainer',
          'Trainer.Unavailable: GET http://127.0.0.1:1/: no answer: ECONNREFUSED; the work waits; a trainer of this machine is started by: astra up --trainer',
        ],
      ],
    );
    await assert.rejects(dispatch());
    assert.match(gates.closed.get('astra-trainer') ?? '', /it is being installed$/);
    await dispatch();
    assert.deepEqual([...gates.closed], []);
    await assert.rejects(dispatch());
    assert.deepEqual([...gates.closed], []);
  });

  it('is shown as serving as soon as a job is seen at work, long before it ends', async () => {
    const seen: boolean[] = [];
    const states = [{ status: 'running', step: 1, of: 9 } as const];
    const sft = {
      ...finishedJobs,
      read: async (job: string) => {
        seen.push(gates.closed.has('astra-trainer'));
        return states.shift() ?? finishedJobs.read(job);
      },
    };
    const { gates, activities } = trainingWorld(sometimes, { sft: {} }, { sft });
    await gates.setGate({ queue: 'astra-trainer', cause: 'Trainer.Unavailable', reason: 'away', runId });

    await activities.awaitSft({ runId, job: 'job', dataset });

    assert.deepEqual(seen, [true, false]);
  });
});
