/**
 * Learning against the real service: only with ASTRA_TRAINER_TESTS=1 and ASTRA_TRAINER_URL (the service runs, one
 * thread). Some five minutes of one core; nothing here asserts a time.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import OpenAI from 'openai';
import { createOpenLive } from '../../src/activities/proof/live-episode.ts';
import { createZygoteSandbox } from '../../src/activities/sandbox/zygote-pool.ts';
import { createTrainerActivities } from '../../src/activities/trainer/activities.ts';
import type { GroupRef, TrainerActivities, Weights } from '../../src/activities/trainer/contract.ts';
import { createTrainerWire } from '../../src/activities/trainer/http-wire.ts';
import { createLocalBackend } from '../../src/activities/trainer/local-backend.ts';
import { createOpenAiJobs } from '../../src/activities/trainer/openai-jobs.ts';
import { createRunTool } from '../../src/activities/trainer/task-room.ts';
import type { RunId } from '../../src/domain/ids.ts';
import { type Filling, fillBatch, freshGroups } from '../../src/domain/rl/batch-filling.ts';
import { memoryGates } from '../support/memory-gates.ts';
import { memoryTrainingStore } from '../support/memory-training-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const url = process.env['ASTRA_TRAINER_URL'] ?? '';
const asked = process.env['ASTRA_TRAINER_TESTS'] === '1' && url !== '';
const rule = { target: 8, delta: 0.01, quorum: 0.75, maxStaleness: 1, maxGroups: 64 };
const steps = 20;
const config = {
  seed: 1,
  sft: { perEnvironment: 40, rename: true, irrelevant: 2, hyperparameters: { steps: 400 } },
  rl: {
    steps,
    toolView: 'signatures',
    optimizer: { lr: 3e-4 },
    irrelevantTools: { perBand: 1, sameDomain: true },
    sampling: { maxTurnTokens: 96, maxTurns: 10, maxResponseTokens: 700 },
  },
  evaluation: { heldOut: { domain: 'Other towns, firms and their people' }, repeats: 1, perBand: 1, maxTurns: 8 },
};

(asked ? describe : describe.skip)('learning with the service', function () {
  this.timeout(0);
  const runId = 'learning' as RunId;

  it('goes from nothing over SFT to reinforcement, and samples what the trainer recomputes', async () => {
    const file = resolve(import.meta.dirname, '../../configs/data/learning-environments.jsonl.gz');
    const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n');
    const store = memoryTrainingStore(
      config,
      rows.map((row) => JSON.parse(row) as { id: string }),
    );
    const sandbox = await createZygoteSandbox({});
    const wire = createTrainerWire(url);
    const backend = createLocalBackend(wire);
    const jobs = createOpenAiJobs(new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' }), backend);
    const activities = createTrainerActivities({
      gates: memoryGates(),
      store,
      runTool: createRunTool(sandbox),
      openLive: createOpenLive(sandbox),
      backend: () => backend,
      sft: () => jobs,
      embed: () => Promise.reject(new Error('no embedding here')),
      folder: temporaryFolder(),
      now: () => Date.now(),
    });
    try {
      const { plan } = await activities.planTraining({ runId });
      const f1 = async (label: string, weights: Weights): Promise<number> =>
        (await activities.evaluatePolicy({ runId, plan, label, weights, mode: 'sampled' })).measures.f1.mean;
      const { dataset } = await activities.prepareSft({ runId, plan });
      const { job } = await activities.dispatchSft({ runId, dataset, round: 0 });
      const { base, result } = await activities.awaitSft({ runId, job, dataset });
      assert.ok(base !== undefined && result !== undefined, 'the job names its weights');
      const [before, after] = [await f1('base', base), await f1('sft', result)];

      const last = await reinforce(activities, plan);
      const { model } = await activities.publishPolicy({ runId, start: result, step: steps });
      const learnt = await f1('rl', { model, manifest: last });

      assert.equal(before, 0);
      assert.ok(after > 0.15, `after SFT ${after}`);
      assert.ok(learnt > after, `after SFT ${after}, after reinforcement ${learnt}`);
      // Sampled and recomputed log-probabilities are the same ones, where the weights are: a carried group is of the step
      // before, and its own differ.
      const recomputed = [...store.steps.values()].filter(({ metrics }) => metrics['tokens_fresh'] !== 0);
      assert.ok(recomputed.length > steps / 2, `${recomputed.length} steps trained on fresh tokens`);
      for (const { metrics } of recomputed) {
        const most = metrics['logprob_diff_max'];
        assert.ok(most !== undefined && most < 1e-4, `a log-probability differs by ${most}`);
      }
    } finally {
      await sandbox.close();
      await wire.close();
    }
  });

  /** The loop of rlStep without Temporal; answers the last manifest. */
  async function reinforce(
    activities: TrainerActivities,
    plan: Parameters<TrainerActivities['rolloutGroup']>[0]['plan'],
  ) {
    const start = await activities.startWeights({ runId });
    let [carried, group, manifest]: [readonly GroupRef[], number, string] = [[], 0, start.manifest];
    for (let step = 1; step <= steps; step++) {
      const policy = await activities.publishPolicy({ runId, start, step: step - 1 });
      const { kept, stale } = freshGroups(carried, step - 1, rule.maxStaleness);
      const tried: GroupRef[] = [];
      let filling: Filling<GroupRef> = fillBatch(rule, kept, tried);
      while (filling.status === 'open') {
        const numbers = Array.from({ length: filling.more }, () => group++);
        tried.push(
          ...(await Promise.all(numbers.map((no) => activities.rolloutGroup({ runId, plan, group: no, policy })))),
        );
        filling = fillBatch(rule, kept, tried);
      }
      assert.equal(filling.status, 'full', filling.status === 'starved' ? filling.detail : '');
      if (filling.status !== 'full') return manifest;
      carried = filling.carry;
      const groups = filling.batch.map(({ body }) => body);
      const counts = { tried: tried.length, carried: carried.length, stale, lost: 0 };
      ({ manifest } = await activities.trainStep({ runId, start, epoch: 1, step, groups, ...counts }));
    }
    return manifest;
  }
});
