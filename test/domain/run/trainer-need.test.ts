import assert from 'node:assert/strict';
import { RunConfig } from '../../../src/domain/run/schema.ts';
import { trainerNeed } from '../../../src/domain/run/trainer-need.ts';

const url = 'http://trainer.example';
const elsewhere = { kind: 'local', url };
const tinker = { kind: 'tinker', url };
const ray = { kind: 'ray', url, entrypoint: 'python sft.py' };
const openai = { kind: 'openai', url };
const real = 'HuggingFaceTB/SmolLM2-135M';

describe('what a run needs of the own trainer', () => {
  const rows: readonly (readonly [string, object, string])[] = [
    ['nothing without training', {}, 'none'],
    ['a policy from scratch for SFT', { sft: {} }, 'nano'],
    ['a policy from scratch for reinforcement', { rl: {} }, 'nano'],
    ['what SFT made of a policy from scratch', { rl: { model: 'ft:nano-80ebaddf81f5:ftjob-d546' } }, 'nano'],
    ['what SFT made of a real model', { rl: { model: 'ft:smollm2-135m:ftjob-1' } }, 'real'],
    ['a trainer for an evaluation alone, which plays policies', { evaluation: {} }, 'nano'],
    ['the real model where SFT names one', { sft: { model: real } }, 'real'],
    ['the real model where reinforcement names one', { rl: { model: real } }, 'real'],
    ['the real model where one of two stages names one', { sft: { model: real }, rl: {} }, 'real'],
    ['nothing where the trainer has an address', { sft: { backend: elsewhere }, rl: { backend: elsewhere } }, 'none'],
    ['nothing of a real model at an address', { rl: { model: real, backend: elsewhere } }, 'none'],
    ['nothing where Tinker trains', { rl: { backend: tinker } }, 'none'],
    ['nothing where SFT is a job on Ray', { sft: { backend: ray } }, 'none'],
    ['nothing where SFT is a job in the shape of OpenAI', { sft: { backend: openai } }, 'none'],
    ['a trainer that measures what a job elsewhere made', { sft: { backend: ray }, evaluation: {} }, 'nano'],
    ['nothing where policies are measured elsewhere too', { rl: { backend: tinker }, evaluation: {} }, 'none'],
    ['a trainer for SFT here though reinforcement is elsewhere', { sft: {}, rl: { backend: tinker } }, 'nano'],
    [
      'no real model here where only the stage elsewhere names one',
      { sft: {}, rl: { model: real, backend: tinker } },
      'nano',
    ],
  ];
  for (const [behaviour, config, need] of rows)
    it(`is ${behaviour}`, () => assert.equal(trainerNeed(RunConfig.parse(config)), need));
});
