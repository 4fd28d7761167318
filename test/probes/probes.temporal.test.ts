import assert from 'node:assert/strict';
import type { ProofActivities } from '../../src/activities/proof/contract.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

type Refusal = Extract<Awaited<ReturnType<ProofActivities['proveMerge']>>, { status: 'refused' }>;
const refusal: Refusal = {
  status: 'refused',
  rules: ['gold_call'],
  blame: ['implementation'],
  feedback: { document: [], call: [], implementation: ['the result does not match'] },
};

describe('what stops or spoils the original half-way', function () {
  this.timeout(60_000);
  const name = runNames();

  const runToItsEnd = async (world: FakeWorld, run: string): Promise<unknown> =>
    serveWorld(world, async ({ start }) => (await start(run)).result());

  it('probe 13: a document that cannot be read is asked for again, and no other row notices', async () => {
    const run = name('probe-13');
    const world = fakeWorld(run);
    const answer = world.llm.ask;
    world.llm.ask = async (request) => {
      const outcome = await answer(request);
      const spoiled = request.prompt === 'environment/tool-document' && request.subject === 'i0/n1';
      if (!spoiled || request.sample > 0) return outcome;
      return { status: 'invalid', call: outcome.call, rule: 'schema_invalid', problems: ['not JSON'], cached: false };
    };

    assert.deepEqual(await runToItsEnd(world, run), { run, environments: { ok: 2 }, trajectories: null });
    const asks = (subject: string): unknown[] =>
      world.asked
        .filter((ask) => ask.prompt === 'environment/tool-document' && ask.subject === subject)
        .map(({ sample, feedback }) => [sample, ...feedback]);
    assert.deepEqual(asks('i0/n1'), [[0], [1, 'not JSON']]);
    for (const other of ['i0/n2', 'i1/n1', 'i1/n2']) assert.deepEqual(asks(other), [[0]]);
  });

  it('probe 22: two members that cannot be merged keep their own tools', async () => {
    const run = name('probe-22');
    const world = fakeWorld(run);
    world.proof.proveMerge = () => Promise.resolve(refusal);

    assert.deepEqual(await runToItsEnd(world, run), { run, environments: { ok: 2 }, trajectories: null });
    assert.deepEqual(world.log.filter((line) => line.startsWith('assemble')).toSorted(), [
      'assemble i0 tools=2 dropped=0',
      'assemble i1 tools=2 dropped=0',
    ]);
  });

  it('probe 23: an instance whose node failed is rejected, or loses the node when the configuration says so', async () => {
    const ends: unknown[] = [];
    for (const dropFailedNodes of [false, true]) {
      const run = name('probe-23');
      const world = fakeWorld(run);
      world.settings = { ...world.settings, dropFailedNodes };
      const prove = world.proof.proveTool;
      world.proof.proveTool = (input) =>
        input.instanceId === 'i0' && input.nodeId === 2 ? Promise.resolve(refusal) : prove(input);
      await runToItsEnd(world, run);
      ends.push([world.closed.get('i0'), world.log.find((line) => line.startsWith('assemble i0'))]);
    }

    assert.deepEqual(ends, [
      ['rejected:node_failed', undefined],
      ['ok', 'assemble i0 tools=1 dropped=1'],
    ]);
  });
});
