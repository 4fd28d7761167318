import assert from 'node:assert/strict';
import { ApplicationFailure, type Client } from '@temporalio/client';
import type { Outcome } from '../../src/domain/run/outcome.ts';
import { taskQueues } from '../../src/domain/run/task-queues.ts';
import type { Place } from '../../src/workflows/interaction.ts';
import { blob, claimed, type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import { answering, calling, opened, trajectorySettings } from '../support/fake-episodes.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

function worldOf(run: string, change: (world: FakeWorld) => void = () => undefined): FakeWorld {
  const world = fakeWorld(run);
  world.settings = { ...world.settings, trajectories: trajectorySettings };
  change(world);
  return world;
}

function play(client: Client, world: FakeWorld, item = claimed('e0', 0)): Promise<Outcome> {
  const { settings } = world;
  return client.workflow.execute('trajectory', {
    workflowId: `astra/${settings.runId}/traj/i/${item.id}`,
    taskQueue: taskQueues.workflows,
    args: [{ run: settings, item: { ...item, server: blob('pool server') } }],
  });
}

const played = (world: FakeWorld): Promise<Outcome> => serveWorld(world, ({ client }) => play(client, world));

describe('the trajectory of an episode', function () {
  this.timeout(60_000);
  const name = runNames();

  it('plays to the answer, asks the judges in one batch, and closes', async () => {
    const world = worldOf(name('plain'));

    assert.deepEqual(await played(world), { status: 'ok' });

    assert.deepEqual(
      world.log.filter((line) => !line.startsWith('ask ')),
      [
        'open e0 attempt=0',
        'converse e0 #0 []',
        'call e0 turn1_1 at s0',
        'converse e0 #0 [turn1_1:observed]',
        'end e0',
        'record e0 final_answer attempt=0',
        'judged e0 judges=1 lacking=0',
      ],
    );
    assert.deepEqual(
      world.asked.map(({ prompt, subject }) => `${prompt} ${subject}`).toSorted(),
      ['answer', 'calls', 'query'].map((judge) => `trajectory/judge-${judge} e0`),
    );
  });

  it('answers calls one after the other: each on the state that the one before it left', async () => {
    const world = worldOf(name('order'), ({ episodes }) => {
      episodes.openEpisode = () =>
        Promise.resolve({ ...opened, failures: { seed: 'seed', rate: 1, weights: { auth: 1 } }, judges: 2 });
      let turn = 0;
      const { converse } = episodes;
      episodes.converse = async (request) => {
        await converse(request);
        turn += 1;
        if (turn > 1) return answering('end');
        const [first, second] = [calling('turn1', 'read_note'), calling('turn1', 'read_note', 'save_note')];
        assert.ok(first.status === 'said' && second.status === 'said');
        const refused = { id: 'turn1_3', name: 'ghost', request: null, problem: 'unknown_tool' } as const;
        return { ...second, calls: [...second.calls, refused] };
      };
    });

    assert.deepEqual(await played(world), { status: 'ok' });

    assert.ok(world.log.includes('converse e0 #0 [turn1_1:injected,turn1_2:injected,turn1_3:refused]'));
    assert.equal(world.log.filter((line) => line.startsWith('call ')).length, 0);
    assert.ok(world.log.includes('judged e0 judges=2 lacking=0'));
  });

  it('lets the simulated user answer until it is done, and gives the agent the last word', async () => {
    const world = worldOf(name('user'), ({ episodes, llm, asked }) => {
      episodes.openEpisode = () => Promise.resolve({ ...opened, hasUser: true });
      const { ask } = llm;
      llm.ask = async (request) => {
        const answer = await ask(request);
        if (request.prompt !== 'trajectory/user' || answer.status !== 'answered') return answer;
        const times = asked.filter(({ prompt }) => prompt === request.prompt).length;
        return { ...answer, summary: { done: times > 1 } };
      };
      const { converse } = episodes;
      episodes.converse = async (request) => {
        await converse(request);
        return answering(request.said === null ? 'which one?' : 'done');
      };
    });

    assert.deepEqual(await played(world), { status: 'ok' });

    assert.deepEqual(
      world.log.filter((line) => /^(converse|record)/.test(line)),
      ['converse e0 #0 []', 'converse e0 #0 [] user', 'record e0 user_end attempt=0'],
    );
  });

  it('plays a failed episode again with other answers, then records the class (probe 26)', async () => {
    const world = worldOf(name('failing'), ({ episodes }) => {
      episodes.callTool = () => Promise.reject(ApplicationFailure.nonRetryable('gone', 'ToolServer.Drift'));
    });

    assert.deepEqual(await played(world), { status: 'failed', class: 'ToolServer.Drift', detail: 'gone' });

    assert.deepEqual(
      world.log.filter((line) => /^(open|converse|end|close)/.test(line)),
      [
        'open e0 attempt=0',
        'converse e0 #0 []',
        'end e0',
        'open e0 attempt=1',
        'converse e0 #1000 []',
        'end e0',
        'close e0 failed',
      ],
    );
  });

  it('goes on where an earlier execution stopped: nothing is opened, said or called again', async () => {
    const world = worldOf(name('resumed'));
    const { settings } = world;
    const result = {
      kind: 'observed',
      callId: 'turn1_1',
      observation: blob('seen'),
      source: 'live',
      state: 's1',
    } as const;
    const place: Place = {
      opened,
      conversation: blob('turn1'),
      results: [result],
      said: null,
      asked: 1,
      state: 's1',
      seen: [],
    };
    const outcome = await serveWorld(world, ({ client }) =>
      client.workflow.execute('trajectory', {
        workflowId: `astra/${settings.runId}/traj/i/e0`,
        taskQueue: taskQueues.workflows,
        args: [
          { run: settings, item: { ...claimed('e0', 0), server: blob('pool server') }, at: { attempt: 1, place } },
        ],
      }),
    );

    assert.deepEqual(outcome, { status: 'ok' });
    assert.deepEqual(
      world.log.filter((line) => /^(open|converse|call|record)/.test(line)),
      ['converse e0 #1000 [turn1_1:observed]', 'record e0 final_answer attempt=1'],
    );
  });

  it('asks a model that says nothing again, and stops by name when it never does', async () => {
    const world = worldOf(name('silent'), ({ episodes }) => {
      const { converse } = episodes;
      episodes.converse = async (request) => {
        await converse(request);
        return { status: 'unusable', why: 'empty_reply', conversation: blob('opened') };
      };
    });
    await played(world);

    assert.deepEqual(
      world.log.filter((line) => /^(converse|record)/.test(line)),
      ['converse e0 #0 []', 'converse e0 #1 []', 'record e0 empty_reply attempt=0'],
    );
  });

  it('closes a conversation that the endpoint finds too long as it stands', async () => {
    const world = worldOf(name('long'), ({ episodes }) => {
      const { converse } = episodes;
      episodes.converse = async (request) => {
        const outcome = await converse(request);
        if (request.limits.contextTokens === 0)
          return { status: 'stopped', why: 'token_budget', conversation: blob('turn2') };
        if (request.results.length === 0) return outcome;
        throw ApplicationFailure.nonRetryable('too long', 'Provider.ContextTooLong');
      };
    });
    await played(world);

    assert.ok(world.log.includes('record e0 token_budget attempt=0'));
  });

  it('asks the emulator where only documents exist, and carries its state on', async () => {
    const world = worldOf(name('emulated'), ({ episodes }) => {
      episodes.openEpisode = () => Promise.resolve({ ...opened, environment: 'emulated', state: '' });
      let turn = 0;
      const { converse } = episodes;
      episodes.converse = async (request) => {
        await converse(request);
        turn += 1;
        return turn === 1 ? calling('turn1', 'read_note', 'read_note') : answering('end');
      };
    });

    assert.deepEqual(await played(world), { status: 'ok' });

    assert.deepEqual(
      world.log.filter((line) => line.startsWith('emulate')),
      ['emulate at world0', 'emulate at world1'],
    );
    assert.equal(
      world.log.some((line) => /^(call|end)/.test(line)),
      false,
    );
  });
});
