import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { StoreError } from '../../../src/activities/failures.ts';
import { explain } from '../../../src/activities/store/explain.ts';
import { loadRunView } from '../../../src/activities/store/status.ts';
import { createTrainingStore } from '../../../src/activities/store/training.ts';
import type { EvaluationRecord, GroupRef, StepRecord } from '../../../src/activities/trainer/contract.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import { measurePolicy } from '../../../src/domain/rl/evaluation.ts';
import { openStore, run } from './store-fixture.ts';

describe('the store of training', function () {
  this.timeout(60_000);
  let pool: Pool;
  before(async () => {
    pool = await openStore();
  });
  after(() => pool.end());

  const group = (body: BlobHash): GroupRef => ({
    group: 4,
    version: 1,
    task: 'environment-1',
    body,
    wanted: 2,
    rewards: [0, 0.5],
    solved: 1,
    lost: 0,
    tokens: 12,
    calls: 3,
  });
  const step = (manifest: string, groups: readonly BlobHash[]): StepRecord => ({
    step: 1,
    epoch: 1,
    checkpoint: 'step-1',
    manifest,
    weights: 'w',
    parent: 'm0',
    batch: 'b1',
    path: '/nowhere/batch',
    groups,
    tried: 3,
    carried: 1,
    stale: 0,
    lost: 2,
    metrics: { reward_mean: 0.5, reward_std: 0.2, kl: 0.001, grad_norm: 0.7, loss: -0.1 },
    seconds: 1.5,
    timings: { rollouts: 1.5, update: 0.5 },
    rewardMean: 0.5,
    rewardStd: 0.2,
    kl: 0.001,
    gradNorm: 0.7,
  });

  it('keeps the first group of a number and policy, whoever writes it second', async () => {
    const store = createTrainingStore(pool);
    const [one, two] = [await store.saveBody('{"a":1}'), await store.saveBody('{"a":2}')];

    const first = await store.saveGroup(run, { ...group(one), policy: 'p-v1', seconds: 1 });
    const second = await store.saveGroup(run, { ...group(two), policy: 'p-v1', seconds: 2 });

    assert.deepEqual(first, group(one));
    assert.deepEqual(second, first);
    assert.equal(await store.findGroup(run, { group: 4, policy: 'p-v2' }), undefined);
  });

  it('keeps one plan of a run', async () => {
    const store = createTrainingStore(pool);
    const [one, two] = [await store.saveBody('{"plan":1}'), await store.saveBody('{"plan":2}')];

    assert.equal(await store.findPlan(run), undefined);
    assert.equal(await store.savePlan(run, one), one);
    assert.equal(await store.savePlan(run, two), one);
  });

  it('refuses a second history of a step', async () => {
    const store = createTrainingStore(pool);
    // The group that was kept before.
    const body = await store.saveBody('{"a":1}');
    await store.saveStep(run, step('m1', [body]));
    await store.saveStep(run, step('m1', [body]));

    assert.deepEqual(await store.findStep(run, 1), step('m1', [body]));
    assert.equal(await store.lastStep(run), 1);
    await assert.rejects(
      store.saveStep(run, step('m2', [body])),
      (error) =>
        error instanceof StoreError && error.type === 'Store.Constraint' && /two histories/.test(error.message),
    );
  });

  it('shows curves and policies to readers, and explains where weights come from', async () => {
    const store = createTrainingStore(pool);
    const base = { name: 'base', kind: 'base', step: 0, model: 'nano', manifest: 'm0', weights: 'w0' } as const;
    await store.saveCheckpoint(run, { ...base, parent: null, data: null });
    const made = { name: 'step-1', kind: 'rl', step: 1, model: 'p-v1', manifest: 'm1', weights: 'w' } as const;
    await store.saveCheckpoint(run, { ...made, parent: 'm0', data: 'b1' });
    const body = await store.saveBody('[]');
    const measures = measurePolicy([]);
    const evaluation: EvaluationRecord = {
      runId: run,
      manifest: 'm1',
      mode: 'greedy',
      settings: 's',
      label: 'rl',
      repeats: 1,
      measures,
      body,
    };
    await store.saveEvaluation(evaluation);
    await store.saveJob(run, { key: 'k', job: 'job-1', dataset: 'd' });
    const record = { loss: [{ step: 3, loss: 0.25 }], notes: ['3 rows', 'done'] };
    await store.saveJobRecord(run, 'job-1', record);

    assert.deepEqual(await store.findEvaluation(evaluation), evaluation);
    const { training } = await loadRunView(pool, run);
    assert.deepEqual(training?.sft, { job: 'job-1', ...record });
    assert.deepEqual(
      training?.steps.map(({ step: no, lost, kept, tokens, timings }) => [no, lost, kept, tokens, timings]),
      [[1, 2, 1, 0, { rollouts: 1.5, update: 0.5 }]],
    );
    const { rates, ...rollouts } = training?.rollouts ?? {};
    assert.deepEqual(rollouts, { groups: 1, lost: 0, tokens: 12, seconds: 1 });
    assert.equal(rates, null);
    const told = await explain(pool, `${run}/step-1`);
    assert.equal(told.kind, 'checkpoint');
    assert.deepEqual(told.parents.map(({ id, relation }) => `${relation} ${id}`)[0], `trained from ${run}/base`);
    assert.equal(told.parents[1]?.relation, 'group 4 of its batch (environment-1, weights of step 1: 0.00 0.50)');
    assert.deepEqual(told.facts['seconds'], { rollouts: 1.5, update: 0.5 });
    assert.equal(told.facts['groups'], '1 kept, 3 rolled out, 1 carried on, 0 too old, 2 rollouts lost');
    assert.deepEqual(told.workflow, [`astra/${run}/rl/e0001/s000001`]);
    assert.deepEqual((await explain(pool, 'm0')).children, [{ id: `${run}/step-1`, relation: 'trained on' }]);
  });
});
