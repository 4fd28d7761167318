import assert from 'node:assert/strict';
import type { StepOrder } from '../../../src/activities/trainer/backend.ts';
import { createTinkerBackend } from '../../../src/activities/trainer/tinker-backend.ts';
import { Rl } from '../../../src/domain/run/training/schema.ts';
import { withAnswers } from './recorded-trainer.ts';

const ok = (body: unknown) => ({ status: 200, body });
const later = { status: 408, body: { type: 'try_again', request_id: 'r', queue_state: 'active' } };
const future = ok({ request_id: 'r' });
const saved = ok({ path: 'tinker://m-1/weights/step-2', type: 'save_weights' });
const { loss, optimizer } = Rl.parse({});
const row = { group: 0, rollouts: [0], version: 1, reward: 1, advantage: 0.5 };
const order: StepOrder = {
  run: 'toy',
  step: 2,
  start: { model: 'base', manifest: 'base' },
  parent: 'tinker://m-0/weights/step-1',
  batch: { path: '', sha256: '' },
  rows: [{ ...row, tokens: [7, 8], mask: [0, 1], logprobs: [0, -1] }],
  loss,
  optimizer,
  temperature: 1,
  signal: undefined,
};

describe('a step over the Tinker verbs', () => {
  it('begins a new model at its parent, numbers its requests, and waits for every future', async () => {
    const model = ok({ model_id: 'm-1', type: 'create_model' });
    const summed = ok({ loss_fn_outputs: [{ logprobs: { data: [-1.5] } }], metrics: { 'loss:sum': -0.5 } });
    const stepped = ok({ metrics: { grad_norm: 0.25 } });
    const waited = [future, later, model, future, saved, future, summed, future, stepped, future, saved, future, saved];
    await withAnswers([ok({ session_id: 's' }), ...waited], async ({ wire, asked }) => {
      const made = await createTinkerBackend(wire, 16).trainStep(order, () => undefined);

      const compared = { kl: 0.5, logprob_diff_max: 0.5, tokens_fresh: 1, tokens_trained: 1 };
      assert.deepEqual(made.metrics, { grad_norm: 0.25, loss: -0.5, ...compared });
      assert.equal(made.manifest, 'tinker://m-1/weights/step-2');
      const verbs = asked.map(({ path }) => path.replace('/api/v1/', '')).filter((path) => path !== 'retrieve_future');
      assert.deepEqual(verbs, [
        'create_session',
        'create_model',
        'load_weights',
        'forward_backward',
        'optim_step',
        'save_weights',
        'save_weights_for_sampler',
      ]);
      const numbers = asked.flatMap(({ body }) => ('seq_id' in Object(body) ? [Object(body).seq_id as number] : []));
      assert.deepEqual(numbers, [1, 2, 3, 4, 5]);
      const created = asked.find(({ path }) => path.endsWith('create_model'));
      assert.deepEqual(Object(created?.body).lora_config, { rank: 16, seed: 0 });
      const loaded = asked.find(({ path }) => path.endsWith('load_weights'));
      assert.equal(Object(loaded?.body).path, order.parent);
    });
  });

  it('samples a step by the weights that were saved for it, and the start by its name', async () => {
    await withAnswers([ok({})], async ({ wire }) => {
      const { publish } = createTinkerBackend(wire);
      const { run, start } = order;

      assert.deepEqual(await publish({ run, step: 0, start, manifest: 'base' }), { model: 'base', version: 0 });
      assert.deepEqual(await publish({ run, step: 2, start, manifest: 'tinker://m-1/weights/step-2' }), {
        model: 'tinker://m-1/sampler_weights/step-2',
        version: 2,
      });
    });
  });
});
