import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { createOpenAiJobs } from '../../../src/activities/trainer/openai-jobs.ts';
import { createRayJobs } from '../../../src/activities/trainer/ray-jobs.ts';
import type { SftOrder } from '../../../src/activities/trainer/sft-service.ts';
import { lossFields, toDatum } from '../../../src/activities/trainer/tinker-encoding.ts';
import { Rl } from '../../../src/domain/run/training/schema.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { bodySchema, example, withAnswers } from './recorded-trainer.ts';

function order(key: string): SftOrder {
  const path = join(temporaryFolder(), 'rows.jsonl');
  writeFileSync(path, '{"messages":[]}\n');
  return { key, model: 'nano', path, sha256: 'b'.repeat(64), seed: 1, hyperparameters: { steps: 4, batch_size: 2 } };
}

const jobsAt = (url: string, own?: Parameters<typeof createOpenAiJobs>[1]) =>
  createOpenAiJobs(new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 }), own);
const none = { status: 200, body: { object: 'list', data: [], has_more: false } };

describe('SFT jobs in the shape of OpenAI', () => {
  it('are looked for under their key before one is made', async () => {
    const found = example('job-found-by-key').answer;
    await withAnswers([found], async ({ url, asked }) => {
      assert.match(await jobsAt(url).dispatch(order('sft/example')), /^ftjob-/);
      assert.equal(asked.length, 1);
      assert.match(decodeURIComponent(asked[0]?.path ?? ''), /metadata\[idempotency_key\]=sft\/example/);
    });
  });

  it('are made with the file, the key, and the settings that only our service knows beside the usual ones', async () => {
    assert.ok(bodySchema('job'));
    const answers = [none, example('file').answer, example('job-made').answer];
    await withAnswers(answers, async ({ url, asked }) => {
      await jobsAt(url).dispatch(order('sft/new'));
      const body = Object(asked[2]?.body) as { metadata: Record<string, string>; method: unknown; model: string };

      assert.deepEqual(
        asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`),
        ['GET /v1/fine_tuning/jobs', 'POST /v1/files', 'POST /v1/fine_tuning/jobs'],
      );
      assert.deepEqual(body.metadata, { idempotency_key: 'sft/new', hyperparameters: '{"steps":4}' });
      assert.deepEqual(body.method, { type: 'supervised', supervised: { hyperparameters: { batch_size: 2 } } });
    });
  });

  it('end with weights that are identified by their hash', async () => {
    await withAnswers([example('job-succeeded').answer], async ({ url }) => {
      const identify = (model: string) => Promise.resolve({ model, manifest: 'm', weights: 'w' });
      const seen = await jobsAt(url, { identify }).read('ftjob-300fcb9cf7dc8cccd705');

      assert.equal(seen.status, 'succeeded');
      assert.equal(seen.status === 'succeeded' && seen.result.manifest.slice(0, 8), '8dfab67c');
      assert.deepEqual(seen.status === 'succeeded' && seen.base, {
        model: 'nano-376d2710ed65',
        manifest: 'm',
        weights: 'w',
      });
    });
  });

  it('go on when they were paused, and are made anew when they were cancelled', async () => {
    const listed = (...jobs: [id: string, status: string][]) => ({
      status: 200,
      body: {
        object: 'list',
        data: jobs.map(([id, status]) => ({ id, status, metadata: { idempotency_key: 'sft/x' } })),
        has_more: false,
      },
    });
    await withAnswers([listed(['ftjob-2', 'paused']), example('job-made').answer], async ({ url, asked }) => {
      assert.equal(await jobsAt(url).dispatch(order('sft/x')), 'ftjob-2');
      assert.equal(`${asked[1]?.method} ${asked[1]?.path}`, 'POST /v1/fine_tuning/jobs/ftjob-2/resume');
    });
    await withAnswers([listed(['ftjob-3', 'cancelled'], ['ftjob-1', 'running'])], async ({ url }) => {
      assert.equal(await jobsAt(url).dispatch(order('sft/x')), 'ftjob-1');
    });
    const made = [listed(['ftjob-3', 'cancelled']), example('file').answer, example('job-made').answer];
    await withAnswers(made, async ({ url, asked }) => {
      await jobsAt(url).dispatch(order('sft/x'));
      assert.equal(`${asked[2]?.method} ${asked[2]?.path}`, 'POST /v1/fine_tuning/jobs');
    });
  });

  it('are paused where they can go on, cancelled elsewhere, and left alone when they have ended', async () => {
    const identify = (model: string) => Promise.resolve({ model, manifest: 'm', weights: 'w' });
    const asks = (status: string, own?: { identify: typeof identify }) =>
      withAnswers([{ status: 200, body: { id: 'ftjob-1', status } }], async ({ url, asked }) => {
        await jobsAt(url, own).stop('ftjob-1');
        return asked.slice(1).map(({ method, path }) => `${method} ${path}`);
      });

    assert.deepEqual(await asks('running', { identify }), ['POST /v1/fine_tuning/jobs/ftjob-1/pause']);
    assert.deepEqual(await asks('running'), ['POST /v1/fine_tuning/jobs/ftjob-1/cancel']);
    assert.deepEqual(await asks('succeeded'), []);
    assert.deepEqual(await asks('paused', { identify }), []);
  });

  it('tell their loss by step and what they said of their rows, oldest first', async () => {
    await withAnswers([example('job-events').answer, none], async ({ url }) => {
      const { loss: lines, notes } = await jobsAt(url).record('ftjob-1');

      assert.ok(lines.length > 0);
      assert.deepEqual(
        lines,
        lines.toSorted((a, b) => a.step - b.step),
      );
      assert.deepEqual(notes, ['done: 151 trained tokens, weights eb6306d1aa07']);
    });
  });
});

describe('SFT jobs on Ray', () => {
  const job = (status: string) => ({
    status: 200,
    body: { status, message: 'out of memory', metadata: { model: 'tuned' } },
  });

  it('are submitted once under an id of ours', async () => {
    const missing = { status: 404, body: { detail: 'no such job' } };
    await withAnswers([missing, { status: 200, body: {} }, job('RUNNING')], async ({ wire, asked }) => {
      const jobs = createRayJobs(wire, 'python sft.py');
      const id = await jobs.dispatch(order('sft/x'));

      assert.equal(await jobs.dispatch(order('sft/x')), id);
      assert.deepEqual(
        asked.map(({ method }) => method),
        ['GET', 'POST', 'GET'],
      );
      assert.equal(Object(asked[1]?.body).submission_id, id);
      assert.equal(Object(asked[1]?.body).runtime_env.env_vars.ASTRA_SFT_MODEL, 'nano');
    });
  });

  it('are submitted again when they were stopped, since an id serves once', async () => {
    await withAnswers([{ status: 200, body: {} }], async ({ wire, asked }) => {
      await createRayJobs(wire, 'python sft.py').stop('astra-1');
      assert.equal(`${asked[0]?.method} ${asked[0]?.path}`, 'POST /api/jobs/astra-1/stop');
    });
    await withAnswers([job('STOPPED'), { status: 200, body: {} }], async ({ wire, asked }) => {
      await createRayJobs(wire, 'python sft.py').dispatch(order('sft/x'));
      assert.deepEqual(
        asked.map(({ method }) => method),
        ['GET', 'DELETE', 'POST'],
      );
    });
  });

  it('end with the model that their metadata name, or with their last words', async () => {
    const read = (status: string) => withAnswers([job(status)], ({ wire }) => createRayJobs(wire, 'x').read('id'));

    assert.deepEqual(await read('PENDING'), { status: 'running', step: 0, of: 0 });
    assert.deepEqual(await read('FAILED'), { status: 'failed', detail: 'FAILED: out of memory' });
    assert.deepEqual(await read('SUCCEEDED'), {
      status: 'succeeded',
      step: 0,
      result: { model: 'tuned', manifest: 'tuned', weights: 'tuned' },
    });
  });
});

describe('the encoding of the Tinker wire', () => {
  it('shifts everything by one token: what is learnt of a token is said with the one before it', () => {
    const row = { group: 0, rollouts: [0], version: 1, reward: 1, advantage: 0.5 };

    assert.deepEqual(toDatum({ ...row, tokens: [7, 8, 9], mask: [0, 0, 1], logprobs: [0, 0, -1] }), {
      model_input: { chunks: [{ type: 'encoded_text', tokens: [7, 8] }] },
      loss_fn_inputs: {
        target_tokens: { data: [8, 9] },
        logprobs: { data: [0, -1] },
        advantages: { data: [0, 0.5] },
        mask: { data: [0, 1] },
      },
    });
  });

  it('names bounds of the ratio where we keep distances from 1', () => {
    assert.deepEqual(lossFields(Rl.parse({}).loss), {
      loss_fn: 'ppo',
      loss_fn_config: { clip_low_threshold: 0.8, clip_high_threshold: 1.28 },
    });
  });
});
