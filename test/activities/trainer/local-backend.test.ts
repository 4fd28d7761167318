import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { TrainerError } from '../../../src/activities/failures.ts';
import type { StepOrder } from '../../../src/activities/trainer/backend.ts';
import { createLocalBackend } from '../../../src/activities/trainer/local-backend.ts';
import { Rl } from '../../../src/domain/run/training/schema.ts';
import { bodySchema, example, withAnswers } from './recorded-trainer.ts';

const answersOf = (...names: string[]) => names.map((name) => example(name).answer);
const fits = (name: string, body: unknown): void => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(bodySchema(name));
  assert.equal(validate(body), true, JSON.stringify(validate.errors));
};
const failsAs = (kind: TrainerError['kind']) => (error: unknown) =>
  error instanceof TrainerError && error.kind === kind;

const { loss, optimizer } = Rl.parse({});
const order: StepOrder = {
  run: 'toy',
  step: 1,
  start: { model: 'nano', manifest: '2'.repeat(64) },
  parent: '2'.repeat(64),
  batch: { path: '/tmp/batch.safetensors', sha256: 'a'.repeat(64) },
  rows: [],
  loss,
  optimizer,
  temperature: 1,
  signal: undefined,
};

describe('the wire to our trainer', () => {
  it('asks for a step until it is made, each time in full: a trainer started anew knows nothing of the first time', async () => {
    await withAnswers(answersOf('step-running', 'step-running', 'step-committed'), async ({ wire, asked }) => {
      const beats: string[] = [];
      const made = await createLocalBackend(wire).trainStep(order, (phase) => beats.push(phase));

      assert.deepEqual([made.checkpoint, made.manifest.slice(0, 8)], ['step-1', 'de3334c9']);
      assert.equal(made.metrics['grad_norm'], 1.5943033695220947);
      assert.deepEqual(beats, ['waiting 0/0', 'waiting 0/0']);
      assert.deepEqual(
        asked.map(({ method, path }) => `${method} ${path}`),
        asked.map(() => 'PUT /v1/runs/toy/steps/1?wait=30'),
      );
      assert.equal(asked.length, 3);
      fits('step', asked[0]?.body);
      assert.deepEqual(asked[2]?.body, asked[0]?.body);
      assert.equal(Object(asked[0]?.body).parent, `base:${'2'.repeat(64)}`);
    });
  });

  it('continues from the step before it', async () => {
    await withAnswers(answersOf('step-committed'), async ({ wire, asked }) => {
      await createLocalBackend(wire).trainStep({ ...order, step: 7 }, () => undefined);

      assert.equal(Object(asked[0]?.body).parent, 'step-6');
    });
  });

  it('samples with token ids and seeds, and gives back what was sampled', async () => {
    const { request, answer } = example('completion');
    const { prompt } = z.object({ prompt: z.array(z.int()) }).parse(request.body);
    await withAnswers([answer], async ({ wire, asked }) => {
      const { sampler } = createLocalBackend(wire);
      const asking = { model: 'nano-376d2710ed65', seeds: [1], maxTokens: 4, temperature: 1, signal: undefined };
      const [turn] = await sampler.complete({ ...asking, prompts: [prompt] });

      assert.deepEqual(turn?.tokens, [105, 54, 157, 91]);
      assert.equal(turn?.logprobs.length, 4);
      assert.equal(turn?.finish, 'length');
      fits('completion', asked[0]?.body);
      // Another prompt than the one that was sent is never taken for it.
      await assert.rejects(sampler.complete({ ...asking, prompts: [[1, 2]] }), failsAs('Protocol'));
      await assert.rejects(sampler.complete({ ...asking, model: 'toy-v1', prompts: [prompt] }), failsAs('StalePolicy'));
    });
  });

  it('refuses an endpoint that gives no token ids, or no log-probabilities, by name', async () => {
    const { request, answer } = example('completion');
    const { prompt } = z.object({ prompt: z.array(z.int()) }).parse(request.body);
    const told = z.looseObject({ choices: z.array(z.looseObject({})) }).parse(answer.body);
    const asking = { model: 'm', prompts: [prompt], seeds: [1], maxTokens: 4, temperature: 1, signal: undefined };
    const without = (field: string, value: unknown) => ({
      ...answer,
      body: { ...told, choices: told.choices.map((choice) => ({ ...choice, [field]: value })) },
    });
    const refusalOf = (field: string, value?: unknown) =>
      withAnswers([without(field, value)], async ({ wire }) => createLocalBackend(wire).sampler.complete(asking));

    await assert.rejects(refusalOf('token_ids'), (error) => {
      assert.equal(error instanceof TrainerError && error.kind, 'Protocol');
      assert.match(String(error), /no token ids: training needs an engine that gives them/);
      return true;
    });
    await assert.rejects(refusalOf('logprobs', null), /no log-probabilities: training needs an engine/);
  });

  it('renders prompts and bridges', async () => {
    await withAnswers(answersOf('render-prompt', 'render-bridge'), async ({ wire, asked }) => {
      const { sampler } = createLocalBackend(wire);
      const messages = [{ role: 'user', content: 'hello' }];
      const prompt = await sampler.render('nano', { messages, tools: [{ name: 'age', parameters: ['person'] }] });

      assert.ok(prompt.length > 0);
      assert.deepEqual(await sampler.bridge('nano', [{ role: 'tool', content: '82' }]), [12, 36, 30, 1, 11]);
      for (const { body } of asked) fits('render', body);
    });
  });

  it('publishes a step under its version, proven by its hash', async () => {
    await withAnswers(answersOf('policy-of-step-0'), async ({ wire, asked }) => {
      const { start } = order;
      const served = await createLocalBackend(wire).publish({ run: 'toy', step: 0, start, manifest: start.manifest });

      assert.deepEqual(served, { model: 'toy-v0', version: 0 });
      fits('publish', asked[0]?.body);
    });
  });

  it('tells what a refusal means', async () => {
    const meanings = {
      'stale-policy': 'StalePolicy',
      'step-batch-invalid': 'BatchInvalid',
      'step-conflict': 'Conflict',
      'step-parent-unknown': 'ConfigInvalid',
      'model-not-found': 'ModelNotFound',
      'invalid-request': 'ConfigInvalid',
    } as const;
    for (const [name, kind] of Object.entries(meanings))
      await withAnswers(answersOf(name), async ({ wire }) => {
        await assert.rejects(
          createLocalBackend(wire).trainStep(order, () => undefined),
          failsAs(kind),
          name,
        );
      });
  });

  it('waits for a service that is away, and takes no other text for an answer', async () => {
    const answers = (status: number, body: unknown) => [{ status, body }];
    const identify = async ({ wire }: { wire: Parameters<typeof createLocalBackend>[0] }) =>
      createLocalBackend(wire).identify('nano');

    await assert.rejects(
      withAnswers(answers(503, { error: { type: 'starting', message: 'wait' } }), identify),
      failsAs('Unavailable'),
    );
    await assert.rejects(withAnswers(answers(200, { data: 'none' }), identify), failsAs('Protocol'));
    const gone = await withAnswers(answers(200, {}), async ({ wire }) => wire);
    await assert.rejects(createLocalBackend(gone).identify('nano'), failsAs('Unavailable'));
  });
});
