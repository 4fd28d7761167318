import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { TrajectorySettings } from '../../src/activities/store/contract.ts';
import { blob, claimed, type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import { trajectorySettings } from '../support/fake-episodes.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

/** A run that is all tasks: one of a chain, one of a server, one that a file brought; one variant. */
function taskWorld(run: string, tasks: Partial<TrajectorySettings['tasks']> = {}): FakeWorld {
  const world = fakeWorld(run);
  world.settings = {
    ...world.settings,
    stages: { environments: false, trajectories: true },
    chains: { samples: 1, operators: [], votes: 1, backTranslations: 1, reask: 1 },
    trajectories: { ...trajectorySettings, stopAfter: 'tasks', tasks: { ...trajectorySettings.tasks, ...tasks } },
  };
  const server = blob('pool server');
  [world.servers, world.graphs, world.chains] = [world.servers.slice(0, 1), [], []];
  world.tasks = [
    { ...claimed('t0', 0), server, mode: 'plan' },
    { ...claimed('t1', 1), server, mode: 'free' },
    { ...claimed('t2', 2), server, mode: 'free', imported: true },
  ];
  world.variants = [{ ...claimed('v0', 0), server }];
  return world;
}

const run = (world: FakeWorld): Promise<unknown> =>
  serveWorld(world, async ({ start }) => (await start(world.settings.runId)).result());
const logged = (world: FakeWorld, start: string): string[] => world.log.filter((line) => line.startsWith(start)).sort();

describe('task construction', function () {
  this.timeout(60_000);
  const uniqueName = runNames();

  it('writes tasks by their mode, varies each, scores variants and chooses at the end', async () => {
    const world = taskWorld(uniqueName('tasks'), {
      augment: ['diverse', 'persona'],
      personasPerTask: 2,
      variations: 3,
    });

    const result = await run(world);

    assert.deepEqual(Object(result).trajectories, { ok: 1 });
    const order = world.log.filter((line) => /^(plan tasks|record|select)/.test(line));
    assert.equal(order.at(-1), 'select tasks');
    assert.deepEqual(logged(world, 'record task'), [
      'record task t0 written asked=3 []',
      'record task t1 written asked=3 []',
      'record task t2 given asked=3 []',
    ]);
    assert.deepEqual(logged(world, 'record variant'), ['record variant v0']);
    const written = world.asked.filter(({ prompt }) => /^task\/(plan|free)$/.test(prompt));
    assert.deepEqual(written.map(({ prompt, subject }) => `${subject} ${prompt}`).sort(), [
      't0 task/plan',
      't1 task/free',
    ]);
    const varied = world.asked.filter(({ prompt, subject }) => prompt === 'task/augment' && subject === 't2');
    assert.deepEqual(
      varied.map(({ params }) => params).sort((a, b) => Number(a['persona'] ?? -1) - Number(b['persona'] ?? -1)),
      [
        { mode: 'diverse', persona: null, variations: 3 },
        { mode: 'persona', persona: 0, variations: 3 },
        { mode: 'persona', persona: 1, variations: 3 },
      ],
    );
    // A given task stands in its order; a written one is a reply.
    assert.deepEqual(Object.keys(varied[0]?.facts ?? {}).sort(), ['order', 'server']);
  });

  it('scores what one task came to while another is still being written', async () => {
    const world = taskWorld(uniqueName('tasks'), { augment: [], reask: 1 });
    const { ask } = world.llm;
    let scoredMeanwhile = false;
    world.llm = {
      async ask(request) {
        if (request.prompt === 'task/free') {
          const scored = (): boolean => world.asked.some(({ prompt }) => prompt === 'task/score');
          for (let wait = 0; wait < 200 && !scored(); wait++) await sleep(50);
          scoredMeanwhile = scored();
        }
        return ask(request);
      },
    };

    assert.deepEqual(Object(await run(world)).trajectories, { ok: 1 });
    assert.ok(scoredMeanwhile);
  });

  it('loses no task to its augmentations, closes an unusable one by its rule, and asks for scripts once scored', async () => {
    const world = taskWorld(uniqueName('tasks'), { augment: ['diverse'], measureNecessity: true, reask: 1 });
    const { ask } = world.llm;
    world.llm = {
      async ask(request) {
        if (request.prompt === 'task/augment')
          throw ApplicationFailure.nonRetryable('refused to answer', 'Provider.ContentFilter');
        const answered = await ask(request);
        const refused = request.prompt === 'task/free' || request.params['kind'] === 'changed_mind';
        if (!refused || answered.status !== 'answered') return answered;
        return {
          status: 'invalid',
          call: answered.call,
          rule: 'names_tool',
          problems: ['it names one'],
          cached: false,
        };
      },
    };
    const { recordVariant } = world.taskStore;
    world.taskStore.recordVariant = async (input) => {
      const scripts = [
        { n: 0, kind: 'multi_request' as const },
        { n: 1, kind: 'changed_mind' as const },
      ];
      return { ...(await recordVariant(input)), scripts };
    };

    await run(world);

    assert.deepEqual(logged(world, 'record task'), [
      'record task t0 written asked=1 [Provider.ContentFilter: refused to answer]',
      'record task t2 given asked=1 [Provider.ContentFilter: refused to answer]',
    ]);
    assert.equal(world.closed.get('t1'), 'rejected:names_tool');
    assert.deepEqual(logged(world, 'record variant'), ['record variant v0 measured']);
    assert.deepEqual(logged(world, 'record scripts'), [
      'record scripts v0 0:multi_request:told 1:changed_mind:names_tool: it names one',
    ]);
    const scripts = world.asked.filter(({ prompt }) => prompt === 'task/user-script').map(({ sample }) => sample);
    assert.deepEqual(
      scripts.sort((a, b) => a - b),
      [0, 100],
    );
  });

  it('takes no missing score for a pass', async () => {
    const world = taskWorld(uniqueName('tasks'), { reask: 1 });
    const { ask } = world.llm;
    world.llm = {
      async ask(request) {
        const answered = await ask(request);
        if (request.prompt !== 'task/score' || answered.status !== 'answered') return answered;
        return { status: 'invalid', call: answered.call, rule: 'schema_invalid', problems: ['prose'], cached: false };
      },
    };

    await run(world);

    assert.equal(world.closed.get('v0'), 'quarantined');
    assert.deepEqual(logged(world, 'record variant'), []);
  });
});
