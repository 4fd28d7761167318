import assert from 'node:assert/strict';
import { taskQueues } from '../../src/domain/run/task-queues.ts';
import { fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

const notice = {
  queue: 'astra-llm-judge',
  cause: 'Provider.Auth',
  reason: 'the key was refused',
  runId: 'r',
  role: 'judge',
  probeSeconds: 0.5,
};

describe('the gate of a model queue', function () {
  this.timeout(60_000);
  const name = runNames();
  let workflowId: string;

  before(() => {
    workflowId = `astra-gate/${name('test')}`;
  });

  it('closes, probes until the endpoint serves, lets traffic grow back and opens', async () => {
    const world = fakeWorld('r');
    let probes = 0;
    world.probe.probe = () => Promise.resolve({ healthy: ++probes === 3, reason: 'still refused' });

    await serveWorld(world, async ({ client }) => {
      await client.workflow.execute('llmGate', { workflowId, taskQueue: taskQueues.workflows, args: [notice] });
    });

    assert.equal(probes, 3);
    assert.deepEqual(world.log, [
      'close astra-llm-judge',
      'open astra-llm-judge 1',
      'open astra-llm-judge 10',
      'open astra-llm-judge null',
    ]);
  });

  it('closes again when an outage is reported while traffic grows back', async () => {
    const world = fakeWorld('r');
    const { openQueue } = world.gate;
    let signalled = false;

    await serveWorld(world, async ({ client }) => {
      const handle = await client.workflow.start('llmGate', {
        workflowId,
        taskQueue: taskQueues.workflows,
        args: [notice],
      });
      world.gate.openQueue = async (input) => {
        if (!signalled) await handle.signal('outage', { ...notice, reason: 'refused again' });
        signalled = true;
        await openQueue(input);
      };
      await handle.result();
    });

    assert.deepEqual(
      world.log.filter((line) => line.startsWith('close')),
      ['close astra-llm-judge', 'close astra-llm-judge'],
    );
    assert.equal(world.log.at(-1), 'open astra-llm-judge null');
  });
});
