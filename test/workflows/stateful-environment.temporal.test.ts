import assert from 'node:assert/strict';
import type { StatefulProof } from '../../src/activities/proof/contract.ts';
import { claimed, type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

type Refused = Extract<StatefulProof, { status: 'refused' }>;

const nothing = { design: [], plan: [], implementation: [] };
const disagreement: Refused = {
  status: 'refused',
  rules: ['goal'],
  blames: ['disagreement'],
  feedback: { ...nothing, plan: ['work it out again'], implementation: ['a result is not as promised'] },
};

describe('an environment with state', function () {
  this.timeout(60_000);
  const name = runNames();

  /** A world with one scenario whose proofs end as listed, the last one again and again. */
  const worldOf = (run: string, verdicts: readonly Refused[]): FakeWorld => {
    const world = fakeWorld(run);
    world.questions = [];
    world.instances = [];
    world.scenarios = [claimed('s0', 0)];
    const { proveStateful } = world.proof;
    let proofs = 0;
    world.proof.proveStateful = async (input) => {
      const verdict = verdicts[Math.min(proofs++, verdicts.length)];
      return verdict ?? proveStateful(input);
    };
    return world;
  };
  const asksOf = (world: FakeWorld): string[] =>
    world.asked.map(({ prompt, sample, feedback }) => `${prompt.split('/')[1]} ${sample} ${feedback.join()}`.trim());

  it('is walked after the instances: design, then plan and module, proof, row', async () => {
    const run = name('stateful');
    const world = worldOf(run, []);

    const result: unknown = await serveWorld(world, async ({ start }) => (await start(run)).result());

    assert.deepEqual(result, { run, environments: { ok: 1 }, trajectories: null });
    assert.equal(world.closed.get('s0'), 'ok');
    const design = world.asked.find((ask) => ask.prompt === 'stateful/design');
    assert.deepEqual(Object.keys(design?.facts ?? {}), ['scenario']);
    for (const prompt of ['stateful/plan', 'stateful/implementation']) {
      const ask = world.asked.find((one) => one.prompt === prompt);
      assert.deepEqual(Object.keys(ask?.facts ?? {}), ['design'], prompt);
    }
  });

  it('writes the module anew in a disagreement, and the plan when the next module disagrees too', async () => {
    const run = name('disagree');
    const world = worldOf(run, [disagreement, disagreement]);
    world.settings = { ...world.settings, attempts: { reask: 2, inner: 3, outer: 1, merge: 1 } };

    await serveWorld(world, async ({ start }) => (await start(run)).result());

    assert.equal(world.closed.get('s0'), 'ok');
    const writers = asksOf(world).slice(1);
    assert.deepEqual(writers.slice(0, 2).toSorted(), ['implementation 0', 'plan 0']);
    assert.deepEqual(writers.slice(2), ['implementation 1 a result is not as promised', 'plan 1 work it out again']);
  });

  it('designs anew with the reasons, and ends rejected by the first rule when no design is left', async () => {
    const run = name('redesign');
    const leak: Refused = {
      status: 'refused',
      rules: ['leak', 'goal'],
      blames: ['design', 'disagreement'],
      feedback: { ...nothing, design: ['the document holds the result'] },
    };
    const world = worldOf(run, [leak, leak]);

    await serveWorld(world, async ({ start }) => (await start(run)).result());

    assert.equal(world.closed.get('s0'), 'rejected:leak');
    const designs = asksOf(world).filter((ask) => ask.startsWith('design'));
    assert.deepEqual(designs, ['design 0', 'design 4 the document holds the result']);
  });
});
