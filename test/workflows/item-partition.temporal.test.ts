import assert from 'node:assert/strict';
import { taskQueues } from '../../src/domain/run/task-queues.ts';
import { claimed, fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

describe('an item partition', function () {
  this.timeout(60_000);
  const name = runNames();

  it('works each of its items once, over as many executions as its history needs', async () => {
    const run = name('continue');
    const world = fakeWorld(run);
    world.questions = Array.from({ length: 6 }, (_, ordinal) => claimed(`q${ordinal}`, ordinal));
    const input = {
      run: { ...world.settings, window: 2 },
      kind: 'question',
      partition: 0,
      after: -1,
      ended: 0,
      hold: { paused: false, no: 0 },
      historyBudget: 12,
    };

    const { executions, result } = await serveWorld(world, async ({ client }) => {
      const options = { workflowId: `astra/${run}/p`, taskQueue: taskQueues.workflows, args: [input] };
      const handle = await client.workflow.start('itemPartition', options);
      const ended: unknown = await handle.result();
      const described = await client.workflow.getHandle(`astra/${run}/p`).describe();
      return { executions: described.runId !== handle.firstExecutionRunId, result: ended };
    });

    assert.deepEqual(result, { ended: 6 });
    assert.equal(executions, true);
    const worked = world.log.filter((line) => line.startsWith('recordDecompositions')).toSorted();
    assert.deepEqual(
      worked,
      world.questions.map((question) => `recordDecompositions ${question.id}`),
    );
  });

  it('loses only the item whose workflow somebody terminated', async () => {
    const run = name('terminated');
    const world = fakeWorld(run);
    const { ask } = world.llm;
    let terminate: ((id: string) => Promise<unknown>) | undefined;
    world.llm.ask = async (request) => {
      if (request.subject === 'q0') await terminate?.(`astra/${run}/env/q/q0`);
      return ask(request);
    };
    const { settings } = world;
    const input = {
      run: settings,
      kind: 'question',
      partition: 0,
      after: -1,
      ended: 0,
      hold: { paused: false, no: 0 },
    };

    await serveWorld(world, async ({ client }) => {
      terminate = (id) => client.workflow.getHandle(id).terminate('by hand');
      const options = { workflowId: `astra/${run}/p`, taskQueue: taskQueues.workflows, args: [input] };
      await client.workflow.execute('itemPartition', options);
    });

    assert.equal(world.closed.get('q0'), 'failed');
    assert.equal(world.closed.get('q1'), 'ok');
  });
});
