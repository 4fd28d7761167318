import assert from 'node:assert/strict';
import { RolloutGroup } from '../../../src/domain/rl/schema.ts';
import { replayed, runId, sometimes, type TrainingWorld, trainingWorld } from './training-world.ts';

describe('a group that is played again without its policy', () => {
  const malformed = '<tool_call>{"name": "nothing"</tool_call>';

  async function played(config: object = {}): Promise<{ world: TrainingWorld; body: RolloutGroup }> {
    const world = trainingWorld(
      ({ seed, ...place }) => (seed % 3 === 0 && place.text.endsWith('>') ? malformed : sometimes({ seed, ...place })),
      { rl: { groupSize: 8, irrelevantTools: { perBand: 1 }, sampling: { maxTurns: 3 }, ...config } },
    );
    const { activities, store } = world;
    const { plan } = await activities.planTraining({ runId });
    const policy = await activities.publishPolicy({ runId, start: await activities.startWeights({ runId }), step: 0 });
    const { body } = await activities.rolloutGroup({ runId, plan, group: 1, policy });
    return { world, body: RolloutGroup.parse(store.body(body)) };
  }

  it('is as it was, whatever its rollouts called', async () => {
    const { world, body } = await played();

    assert.ok(new Set(body.rollouts.map(({ score }) => score.calls)).size > 1);
    assert.ok(body.rollouts.some(({ formatErrors }) => formatErrors > 0));
    assert.deepEqual(await replayed(world, body), []);
    const missing = await played({ missingTools: 1 });
    assert.deepEqual(await replayed(missing.world, missing.body), []);
  });

  it('is not when a score, an answer of a tool or the list of tools was touched', async () => {
    const { world, body } = await played();
    const at = body.rollouts.findIndex(({ score }) => score.solved === 1);
    const changed = (change: (rollout: RolloutGroup['rollouts'][number]) => object): RolloutGroup => ({
      ...body,
      rollouts: body.rollouts.map((one, no) => (no === at ? { ...one, ...change(one) } : one)),
    });
    const scored = changed(({ score }) => ({ score: { ...score, calls: 9 } }));
    const told = changed(({ said }) => ({
      said: said.map((one) => (one.role === 'tool' ? { ...one, text: '7' } : one)),
    }));

    assert.match((await replayed(world, scored)).join(), new RegExp(`^rollout ${at}: its calls give F1`));
    assert.match((await replayed(world, told)).join(), /^rollout \d: call 1 gives 1\d\d, recorded 7$/);
    assert.match((await replayed(world, { ...body, shown: ['another'] })).join(), /^by the seed it lists/);
    assert.match((await replayed(world, { ...body, toolsMissing: true })).join(), /missing by the seed/);
  });
});
