import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { eventually } from '../support/eventually.ts';
import { claimed, type FakeWorld, fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

const waitsFor = (world: FakeWorld, phase: string): Promise<unknown> =>
  eventually(
    `phase ${phase}`,
    () => world.log,
    (log) => log.includes(`phase ${phase}`),
  );

const waitsAt = (handle: WorkflowHandle, gate: string): Promise<unknown> =>
  eventually(
    `the run waits at ${gate}`,
    () => handle.query<{ waitingFor: string | null }>('status'),
    ({ waitingFor }) => waitingFor === gate,
  );

describe('the pipeline', function () {
  this.timeout(60_000);
  const name = runNames();

  it('walks plan, decomposition, selection and environments in this order', async () => {
    const run = name('order');
    const world = fakeWorld(run);

    const result: unknown = await serveWorld(world, async ({ start }) => (await start(run)).result());

    assert.deepEqual(result, { run, environments: { ok: 2 }, trajectories: null });
    const order = ['openRun', 'plan', 'recordScores i1 unresolved=0', 'select', 'prove i0/n1', 'phase ended completed'];
    const places = order.map((entry) => world.log.findIndex((line) => line === entry));
    assert.ok(
      places.every((place, index) => place >= 0 && (index === 0 || place > (places[index - 1] ?? 0))),
      String(places),
    );
    assert.deepEqual(world.log.filter((line) => line.startsWith('assemble')).toSorted(), [
      'assemble i0 tools=1 dropped=0',
      'assemble i1 tools=1 dropped=0',
    ]);
  });

  it('never shows the implementation writer a call', async () => {
    const run = name('barrier');
    const world = fakeWorld(run);

    await serveWorld(world, async ({ start }) => (await start(run)).result());

    const implementations = world.asked.filter((ask) => ask.prompt === 'environment/tool-implementation');
    assert.equal(implementations.length, 4);
    for (const ask of implementations) assert.deepEqual(Object.keys(ask.facts).toSorted(), ['document', 'instance']);
  });

  it('asks again under the next sample with the reasons, and quarantines what never fits', async () => {
    const run = name('reask');
    const world = fakeWorld(run);
    const answer = world.llm.ask;
    world.llm.ask = async (request) => {
      const outcome = await answer(request);
      if (request.prompt !== 'decomposition/decompose' || request.subject !== 'q1') return outcome;
      const problems = ['at the top level: expected an object'];
      return { status: 'invalid', call: outcome.call, rule: 'schema_invalid', problems, cached: false };
    };

    await serveWorld(world, async ({ start }) => (await start(run)).result());

    const asks = world.asked
      .filter((ask) => ask.subject === 'q1')
      .map(({ sample, feedback }) => ({ sample, feedback }));
    assert.deepEqual(asks, [
      { sample: 0, feedback: [] },
      { sample: 1, feedback: ['at the top level: expected an object'] },
    ]);
    assert.equal(world.closed.get('q1'), 'quarantined');
    assert.equal(world.closed.get('q0'), 'ok');
  });

  it('writes only the part anew that is to blame', async () => {
    const run = name('blame');
    const world = fakeWorld(run);
    world.instances = [claimed('i0', 0, [1])];
    const prove = world.proof.proveTool;
    let proofs = 0;
    world.proof.proveTool = async (input) => {
      const accepted = await prove(input);
      if (++proofs > 1) return accepted;
      const feedback = { document: [], call: [], implementation: ['the result does not match'] };
      return { status: 'refused', rules: ['gold_call'], blame: ['implementation'], feedback };
    };

    await serveWorld(world, async ({ start }) => (await start(run)).result());

    const asks = world.asked.filter((ask) => ask.subject === 'i0/n1');
    assert.deepEqual(asks.map((ask) => ask.prompt.replace('environment/', '')).toSorted(), [
      'tool-call',
      'tool-complexity',
      'tool-document',
      'tool-implementation',
      'tool-implementation',
    ]);
    assert.deepEqual(asks.at(-1)?.feedback, ['the result does not match']);
  });

  it('refuses an instance whose node has no proven tool, and goes on with the others', async () => {
    const run = name('node');
    const world = fakeWorld(run);
    const prove = world.proof.proveTool;
    world.proof.proveTool = async (input) => {
      if (input.instanceId !== 'i0' || input.nodeId !== 2) return prove(input);
      const feedback = { document: ['leaks'], call: [], implementation: [] };
      return { status: 'refused', rules: ['leak'], blame: ['document'], feedback };
    };

    const result: unknown = await serveWorld(world, async ({ start }) => (await start(run)).result());

    assert.deepEqual(result, { run, environments: { 'rejected:node_failed': 1, ok: 1 }, trajectories: null });
  });

  it('records a non-retryable failure as the outcome of its item alone', async () => {
    const run = name('failure');
    const world = fakeWorld(run);
    world.settings = { ...world.settings, failureBudget: 1 };
    const answer = world.llm.ask;
    world.llm.ask = (request) =>
      request.subject === 'q0'
        ? Promise.reject(ApplicationFailure.nonRetryable('no such model', 'Provider.ModelNotFound'))
        : answer(request);

    await serveWorld(world, async ({ start }) => (await start(run)).result());

    assert.equal(world.closed.get('q0'), 'failed');
    assert.equal(world.closed.get('q1'), 'ok');
  });

  it('waits at a gate until somebody approves it, and refuses answers to other gates', async () => {
    const run = name('gate');
    const world = fakeWorld(run);
    world.settings = { ...world.settings, gates: ['selection'] };

    await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      await waitsFor(world, 'selection awaiting_approval');
      await waitsAt(handle, 'selection');
      await assert.rejects(handle.executeUpdate('approve', { args: ['plan'] }), (error: Error) =>
        /does not wait for "plan": it waits for "selection"/.test(String(error.cause)),
      );
      assert.equal(
        world.log.some((line) => line.startsWith('prove')),
        false,
      );
      assert.equal(await handle.executeUpdate('approve', { args: ['selection'] }), 'selection');
      await handle.result();
    });

    assert.equal(world.log.filter((line) => line.startsWith('prove ')).length, 4);
  });

  it('ends with the reason when a gate is rejected', async () => {
    const run = name('reject');
    const world = fakeWorld(run);
    world.settings = { ...world.settings, gates: ['plan'] };

    await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      await waitsAt(handle, 'plan');
      await handle.executeUpdate('reject', { args: [{ gate: 'plan', reason: 'too dear' }] });
      await assert.rejects(handle.result(), (error: Error) => /too dear/.test(String(error.cause)));
    });

    assert.ok(world.log.includes('phase ended failed'));
  });

  it('starts no item while paused, and goes on when resumed', async () => {
    const run = name('pause');
    const world = fakeWorld(run);
    world.settings = { ...world.settings, gates: ['plan'] };

    await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      await waitsAt(handle, 'plan');
      await handle.signal('pause');
      await handle.executeUpdate('approve', { args: ['plan'] });
      await waitsFor(world, 'decomposition paused');
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert.equal(world.asked.length, 0);
      const view = await handle.query<{ status: string }>('status');
      assert.equal(view.status, 'paused');
      await handle.signal('resume');
      await handle.result();
    });

    assert.equal(world.closed.get('i1'), 'ok');
  });

  it('parks when too many items fail, and walks them again after a correction', async () => {
    const run = name('park');
    const world = fakeWorld(run);
    const answer = world.llm.ask;
    let broken = true;
    world.llm.ask = (request) =>
      broken && request.prompt === 'decomposition/decompose'
        ? Promise.reject(ApplicationFailure.nonRetryable('no such model', 'Provider.ModelNotFound'))
        : answer(request);
    world.store.applyCorrection = () => {
      for (const id of ['q0', 'q1']) world.closed.delete(id);
      return Promise.resolve({ reopened: 2 });
    };

    const result: unknown = await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      await waitsAt(handle, 'correction');
      broken = false;
      await handle.executeUpdate('correct', { args: [{ note: 'model name mended' }] });
      return handle.result();
    });

    assert.deepEqual(result, { run, environments: { ok: 2 }, trajectories: null });
  });

  it('cancels its items and says so to readers of the store', async () => {
    const run = name('cancel');
    const world = fakeWorld(run);
    world.llm.ask = async () => {
      const beat = setInterval(() => Context.current().heartbeat(), 100);
      return Context.current().cancelled.finally(() => clearInterval(beat));
    };

    await serveWorld(world, async ({ start }) => {
      const handle = await start(run);
      await waitsFor(world, 'decomposition running');
      await handle.cancel();
      await assert.rejects(handle.result(), (error: Error) => error.cause instanceof CancelledFailure);
    });

    assert.ok(world.log.includes('phase ended cancelled'));
    assert.equal(world.closed.size, 0);
  });
});
