import assert from 'node:assert/strict';
import type { TrainingPlan } from '../../../src/domain/rl/schema.ts';
import { RunConfig } from '../../../src/domain/run/schema.ts';
import { runId, sometimes, trainingWorld } from './training-world.ts';

/** What is planned for ten environments of ten domains, of which two are held out. */
async function planned(config: object): Promise<TrainingPlan> {
  const { activities, store } = trainingWorld(sometimes, config);
  const { plan } = await activities.planTraining({ runId });
  return store.body(plan) as TrainingPlan; // only planTraining stores plans
}

const ids = (members: readonly { readonly id: string }[]): string[] => members.map(({ id }) => id);

describe('the domains of training', () => {
  it('are all where none is named', async () => {
    const plan = await planned({});

    assert.deepEqual([plan.training.length, plan.heldOut.length, plan.left], [8, 2, []]);
  });

  for (const stage of ['sft', 'rl'])
    it(`named by ${stage} are trained on alone; the held-out environments stay, the rest is left with its reason`, async () => {
      const all = await planned({});
      const [one, two] = ids(all.training).map((id) => id.replace('environment-', 'domain '));
      const plan = await planned({ [stage]: { domains: [one, two] } });

      assert.deepEqual(ids(plan.training), ids(all.training).slice(0, 2));
      assert.deepEqual(ids(plan.heldOut), ids(all.heldOut));
      assert.deepEqual(
        plan.left,
        ids(all.training)
          .slice(2)
          .map((id) => ({ id, reason: 'another domain' })),
      );
      const offered = plan.pool.map(({ environment }) => environment);
      assert.deepEqual(offered.toSorted(), [...ids(plan.training), ...ids(plan.heldOut)].toSorted());
    });

  it('are the same in both stages, or the configuration is refused', () => {
    const read = (sft: string, rl: string) =>
      RunConfig.safeParse({ sft: { domains: [sft] }, rl: { domains: [rl] } }).error?.issues.map(
        ({ path, message }) => `${path.join('.')}: ${message}`,
      );

    assert.equal(read('one', 'one'), undefined);
    assert.deepEqual(read('one', 'two'), [
      'rl.domains: one split serves both stages: name the domains in "sft" or in "rl", or the same ones in both',
    ]);
  });

  it('that no environment has leave nothing to train on, which is said with the reason', async () => {
    await assert.rejects(
      planned({ rl: { domains: ['nowhere'] } }),
      /Run "learn" has no environment to train on: 8 were left out \(another domain\)/,
    );
  });
});
