/**
 * Our Tinker client against our real service, beside the step resource: the same rows, the same gradient. Only with
 * ASTRA_TRAINER_TESTS=1 and ASTRA_TRAINER_URL. Seconds.
 */
import assert from 'node:assert/strict';
import { z } from 'zod';
import type { StepOrder, TrainerBackend } from '../../src/activities/trainer/backend.ts';
import { writeHashed } from '../../src/activities/trainer/batch-file.ts';
import { createTrainerWire, type TrainerWire } from '../../src/activities/trainer/http-wire.ts';
import { createLocalBackend } from '../../src/activities/trainer/local-backend.ts';
import { encodeStepBatch } from '../../src/activities/trainer/step-batch.ts';
import { createTinkerBackend } from '../../src/activities/trainer/tinker-backend.ts';
import { RolloutGroup } from '../../src/domain/rl/schema.ts';
import { addTurn, beginTrajectory } from '../../src/domain/rl/token-trajectory.ts';
import { Rl } from '../../src/domain/run/training/schema.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const url = process.env['ASTRA_TRAINER_URL'] ?? '';
const asked = process.env['ASTRA_TRAINER_TESTS'] === '1' && url !== '';
const { loss, optimizer, advantages, normaliser } = Rl.parse({ optimizer: { lr: 1e-3 } });
const messages = [{ role: 'user', content: 'How warm is Bonn?' }];
const Base = z.looseObject({ id: z.string(), manifest_sha256: z.string() });

async function untrainedBase(wire: TrainerWire): Promise<z.infer<typeof Base>> {
  const form = new FormData();
  const row = { messages: [...messages, { role: 'assistant', content: 'It is 9.' }] };
  form.append('purpose', 'fine-tune');
  form.append('file', new File([`${JSON.stringify(row)}\n`], 'rows.jsonl'));
  const { id } = z
    .looseObject({ id: z.string() })
    .parse(await (await fetch(new URL('/v1/files', url), { method: 'POST', body: form })).json());
  const shape = { vocab_size: 320, hidden_size: 32, layers: 2, heads: 4, kv_heads: 2, context: 256 };
  const body = { kind: 'nano', training_file: id, ...shape };
  return wire.send({ method: 'PUT', path: '/v1/base_models', body, answer: Base });
}

/** A group of six answers to one prompt, sampled over the wire of the backend. */
async function play({ sampler }: TrainerBackend, model: string, version: number): Promise<RolloutGroup> {
  await sampler.contextOf(model);
  const prompt = await sampler.render(model, { messages, tools: [] });
  const seeds = [1, 2, 3, 4, 5, 6];
  const wish = { model, prompts: seeds.map(() => prompt), seeds, maxTokens: 9, temperature: 1, signal: undefined };
  const rollouts = (await sampler.complete(wish)).map(({ text, ...turn }, no) => ({
    no,
    ...addTurn(beginTrajectory(prompt), turn),
    said: [{ role: 'assistant', text }],
    stop: 'answer',
    reward: no % 2,
    score: { n: 1, solved: 0, calls: 0, recall: 0, precision: 0, f1: 0 },
    formatErrors: 0,
    toolErrors: 0,
    finalAnswerOk: false,
  }));
  const place = { group: version, task: 'warmth', version, policy: model, toolsMissing: false };
  return RolloutGroup.parse({ ...place, shown: [], irrelevant: [], lost: [], rollouts });
}

(asked ? describe : describe.skip)('the Tinker verbs of our service', function () {
  this.timeout(300_000);

  it('give the step that the step resource gives, and weights that can be sampled and trained on', async () => {
    const wire = createTrainerWire(url);
    try {
      const base = await untrainedBase(wire);
      const start = { model: base.id, manifest: base.manifest_sha256 };
      const [local, tinker] = [createLocalBackend(wire), createTinkerBackend(wire)];
      const run = `tinker-${process.pid}`;
      const folder = temporaryFolder();
      const orderOf = async (step: number, parent: string, group: RolloutGroup): Promise<StepOrder> => {
        const { rows, bytes } = encodeStepBatch([group], { advantages, normaliser }, { run, step });
        const batch = await writeHashed(folder, [bytes], (sha256) => `batch-${sha256}.safetensors`);
        return { run, step, start, parent, batch, rows, loss, optimizer, temperature: 1, signal: undefined };
      };

      const group = await play(tinker, base.id, 0);
      const order = await orderOf(1, start.manifest, group);
      const direct = await local.trainStep(order, () => undefined);
      const first = await tinker.trainStep({ ...order, parent: base.id }, () => undefined);
      const near = (a = Number.NaN, b = Number.NaN): boolean => Math.abs(a - b) < 1e-5 * Math.abs(b) + 1e-7;
      assert.ok(
        near(first.metrics['grad_norm'], direct.metrics['grad_norm']),
        `${first.metrics['grad_norm']} and ${direct.metrics['grad_norm']}`,
      );
      assert.ok((direct.metrics['logprob_diff_max'] ?? 1) < 1e-4, 'what asample told is what the step computes');

      const policy = await tinker.publish({ run, step: 1, start, manifest: first.manifest });
      const second = await tinker.trainStep(
        await orderOf(2, first.manifest, await play(tinker, policy.model, 1)),
        () => undefined,
      );
      assert.match(second.manifest, /^tinker:\/\/.*\/weights\/step-2$/);
    } finally {
      await wire.close();
    }
  });
});
