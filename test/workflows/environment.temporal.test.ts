import assert from 'node:assert/strict';
import type { WorkflowHandle } from '@temporalio/client';
import { claimed, type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

/** Every proof blames the document until the design with this number. */
function acceptFromDesign(world: FakeWorld, design: number): void {
  const prove = world.proof.proveTool;
  let proofs = 0;
  world.proof.proveTool = async (input) => {
    const accepted = await prove(input);
    if (++proofs >= design) return accepted;
    const feedback = { document: [`refused ${proofs}`], call: [], implementation: [] };
    return { status: 'refused', rules: ['leak'], blame: ['document'], feedback };
  };
}

async function events(handle: WorkflowHandle, type: string): Promise<number> {
  const { events: all = [] } = await handle.fetchHistory();
  return (all ?? []).filter((event) => type in event && event[type as keyof typeof event] !== null).length;
}

const childStarts = 'startChildWorkflowExecutionInitiatedEventAttributes';
const continued = 'workflowExecutionContinuedAsNewEventAttributes';

describe('an environment', function () {
  this.timeout(60_000);
  const name = runNames();

  it('builds and merges its tools in its own execution when the first designs hold', async () => {
    const run = name('in-place');
    const world = fakeWorld(run);

    const children = await serveWorld(world, async ({ client, start }) => {
      await (await start(run)).result();
      return events(client.workflow.getHandle(`astra/${run}/env/i/i0`), childStarts);
    });

    assert.equal(children, 0);
    assert.ok(world.log.includes('proveMerge i0'));
    assert.equal(world.closed.get('i0'), 'ok');
  });

  it('gives a tool whose first design was refused an execution of its own, with the reasons and later samples', async () => {
    const run = name('second-design');
    const world = fakeWorld(run);
    world.instances = [claimed('i0', 0, [1])];
    acceptFromDesign(world, 2);

    const children = await serveWorld(world, async ({ client, start }) => {
      await (await start(run)).result();
      return events(client.workflow.getHandle(`astra/${run}/env/i/i0`), childStarts);
    });

    assert.equal(children, 1);
    const documents = world.asked.filter((ask) => ask.prompt === 'environment/tool-document');
    assert.deepEqual(
      documents.map(({ sample, feedback }) => ({ sample, feedback })),
      [
        { sample: 0, feedback: [] },
        { sample: 4, feedback: ['refused 1'] },
      ],
    );
    assert.equal(world.closed.get('i0'), 'ok');
  });

  it('builds tools apart from the start when their designs could outgrow one history', async () => {
    const run = name('wide');
    const world = fakeWorld(run);
    // One design may take 6 * (20 + 10 * 21) = 1,380 events: two fit below 3,000.
    world.settings = { ...world.settings, attempts: { reask: 10, inner: 10, outer: 2, merge: 2 }, merge: false };
    world.instances = [claimed('i0', 0, [1, 2, 3, 4])];

    const children = await serveWorld(world, async ({ client, start }) => {
      await (await start(run)).result();
      return events(client.workflow.getHandle(`astra/${run}/env/i/i0`), childStarts);
    });

    assert.equal(children, 2);
    assert.ok(world.log.includes('assemble i0 tools=4 dropped=0'));
  });

  it('continues as new between designs and between members, and loses nothing by it', async () => {
    const run = name('long');
    const world = fakeWorld(run);
    // No history has room for a second design or a second member.
    world.settings = { ...world.settings, attempts: { reask: 10, inner: 24, outer: 4, merge: 50 } };
    world.instances = [claimed('i0', 0, [1, 2, 3])];
    const ask = world.llm.ask;
    world.llm.ask = async (request) => {
      const outcome = await ask(request);
      if (request.prompt !== 'environment/intent-clusters' || outcome.status !== 'answered') return outcome;
      return { ...outcome, summary: { clusters: [{ intent: 'all alike', ids: [1, 2, 3] }] } };
    };
    acceptFromDesign(world, 4);

    const [tool, merge] = await serveWorld(world, async ({ client, start }) => {
      await (await start(run)).result();
      const of = async (id: string): Promise<number> => {
        const first = (await client.workflow.getHandle(id).describe()).raw.workflowExecutionInfo?.firstRunId ?? '';
        return events(client.workflow.getHandle(id, first), continued);
      };
      const ids: string[] = [];
      for await (const { workflowId } of client.workflow.list({
        query: `WorkflowId STARTS_WITH "astra/${run}/env/i/"`,
      }))
        ids.push(workflowId);
      const toolIds = ids.filter((id) => /\/n\d+$/.test(id) && !id.includes('/merge/'));
      const mergeIds = ids.filter((id) => id.includes('/merge/'));
      return [
        (await Promise.all([...new Set(toolIds)].map(of))).reduce((sum, count) => sum + count, 0),
        (await Promise.all([...new Set(mergeIds)].map(of))).reduce((sum, count) => sum + count, 0),
      ];
    });

    assert.ok((tool ?? 0) >= 1, `tools continued as new ${tool} times`);
    assert.equal(merge, 1);
    assert.equal(world.log.filter((line) => line === 'proveMerge i0').length, 2);
    assert.equal(world.closed.get('i0'), 'ok');
  });
});
