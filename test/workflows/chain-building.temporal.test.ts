import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import type { ChainSettings } from '../../src/activities/store/contract.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

const chains: ChainSettings = {
  samples: 2,
  operators: ['dependency', 'vote', 'back_translation'],
  votes: 3,
  backTranslations: 1,
  reask: 2,
};

function chainWorld(run: string, more: Partial<ChainSettings> = {}): FakeWorld {
  const world = fakeWorld(run);
  world.settings = {
    ...world.settings,
    stages: { environments: false, trajectories: true },
    chains: { ...chains, ...more },
  };
  const ask = world.llm.ask;
  world.llm = { ask: async (request) => ({ ...(await ask(request)), summary: { valid: true } }) as never };
  return world;
}

const logged = (world: FakeWorld, start: string): string[] => world.log.filter((line) => line.startsWith(start));

describe('chain building', function () {
  this.timeout(60_000);
  const uniqueName = runNames();

  it('lists servers, proposes graphs and verifies chains, in this order', async () => {
    const world = chainWorld(uniqueName('chains'));

    const result = await serveWorld(world, async ({ start }) => (await start(world.settings.runId)).result());

    assert.deepEqual(Object(result).trajectories, { ok: 1 });
    const order = world.log.filter((line) => /^(plan tools|list|record|form)/.test(line));
    assert.deepEqual(order.slice(0, 1), ['plan tools']);
    assert.deepEqual(order.slice(1, 4).sort(), [
      'list tools',
      'record server server0 as listed',
      'record server server1 from the file',
    ]);
    assert.equal(order[4], 'form pool 2');
    assert.deepEqual(order.slice(5, 7).sort(), [
      'record graph g0 replies=2 missing=0',
      // Given chains are not asked for.
      'record graph g1 replies=0 missing=0',
    ]);
    assert.deepEqual(order.slice(7), ['record chain c0 dependency+vote+back_translation votes=2 back=1']);
    const proposals = world.asked.filter(({ prompt }) => prompt.endsWith('proposal')).map(({ params }) => params);
    assert.deepEqual(
      proposals.sort((a, b) => Number(a['sample']) - Number(b['sample'])),
      [
        { sample: 0, slice: 0 },
        { sample: 1, slice: 0 },
      ],
    );
    assert.equal(new Set(world.asked.map(({ prompt, sample }) => `${prompt} ${sample}`)).size, world.asked.length);
  });

  it('asks no operator after one that refused, and no vote after the majority', async () => {
    const world = chainWorld(uniqueName('chains'));
    const answers: Record<string, boolean[]> = {
      'trajectory/chain-dependency': [true],
      'trajectory/chain-vote': [true, false, false],
    };
    const { ask } = world.llm;
    world.llm = {
      async ask(request) {
        const valid = answers[request.prompt]?.[Math.floor(request.sample / 100)] ?? true;
        return { ...(await ask(request)), summary: { valid } } as never;
      },
    };

    await serveWorld(world, async ({ start }) => (await start(world.settings.runId)).result());

    assert.deepEqual(logged(world, 'record chain'), ['record chain c0 dependency+vote votes=3 back=0']);
    // An equal request under an equal number would be the same recorded answer.
    const votes = world.asked.filter(({ prompt }) => prompt.endsWith('vote')).map(({ sample }) => sample);
    assert.deepEqual(
      votes.sort((a, b) => a - b),
      [0, 100, 200],
    );
  });

  it('goes on without a server that fails, and says so by class', async () => {
    const world = chainWorld(uniqueName('chains'));
    world.tools = {
      listTools: () => Promise.reject(ApplicationFailure.nonRetryable('it hangs', 'ToolServer.Protocol')),
    };

    await serveWorld(world, async ({ start }) => (await start(world.settings.runId)).result());

    assert.deepEqual(logged(world, 'close server0'), ['close server0 failed']);
    assert.deepEqual(logged(world, 'form pool'), ['form pool 1']);
    assert.equal(world.closed.get('c0'), 'ok');
  });

  it('parks when no server is left, and walks them again after the correction', async () => {
    const world = chainWorld(uniqueName('chains'));
    world.servers = world.servers.slice(0, 1);
    let broken = true;
    const list = world.tools.listTools;
    world.tools = {
      listTools: (input) =>
        broken ? Promise.reject(ApplicationFailure.nonRetryable('no such program', 'ToolServer.Config')) : list(input),
    };
    const { applyCorrection } = world.store;
    world.store.applyCorrection = (input) => (world.closed.delete('server0'), applyCorrection(input));

    await serveWorld(world, async ({ start }) => {
      const handle = await start(world.settings.runId);
      for (;;) {
        const { waitingFor } = await handle
          .query<{ waitingFor: string | null }>('status')
          .catch(() => ({ waitingFor: null }));
        if (waitingFor === 'correction') break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      broken = false;
      await handle.executeUpdate('correct', { args: [{ note: 'installed it' }] });
      await handle.result();
    });

    assert.deepEqual(logged(world, 'form pool'), ['form pool 0', 'form pool 1']);
  });

  it('quarantines no chain by itself: replies that are missing are recorded as missing', async () => {
    const world = chainWorld(uniqueName('chains'), { reask: 1, operators: ['vote'] });
    const { ask } = world.llm;
    world.llm = {
      async ask(request) {
        const answered = await ask(request);
        if (request.prompt !== 'trajectory/chain-vote' || answered.status !== 'answered') return answered;
        return { status: 'invalid', call: answered.call, rule: 'schema_invalid', problems: ['prose'], cached: false };
      },
    };

    await serveWorld(world, async ({ start }) => (await start(world.settings.runId)).result());

    // Two votes of three are missing: the third could decide nothing, but it is asked while the majority is open.
    assert.deepEqual(logged(world, 'record chain'), ['record chain c0 vote votes=3 back=0']);
  });
});
