import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { createGateStore, createStoreActivities } from '../../../src/activities/store/activities.ts';
import { checkLedger, eachBrokenBody, eachResult, findOrphans } from '../../../src/activities/store/audit-data.ts';
import { explain } from '../../../src/activities/store/explain.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { listRuns, loadRunView } from '../../../src/activities/store/status.ts';
import type { EnvironmentId, InstanceId } from '../../../src/domain/ids.ts';
import { buildEnvironment, decomposeAll, decompositionRow, goodScores, importedRun } from './made-up-run.ts';
import { run } from './store-fixture.ts';

describe('reading a run', function () {
  this.timeout(60_000);
  let pool: Pool;
  let instance: InstanceId;
  let environment: EnvironmentId;
  beforeEach(async () => {
    pool = await importedRun([decompositionRow('Aarhus'), decompositionRow('Bergen')]);
    const [first, second] = await decomposeAll(pool);
    instance = first?.id as InstanceId;
    const store = createStoreActivities(pool);
    await store.recordScores(await goodScores(pool, instance));
    await store.recordScores(await goodScores(pool, second?.id as InstanceId, false));
    await store.selectInstances({ runId: run });
    environment = await buildEnvironment(pool, instance);
  });
  afterEach(() => pool.end());

  it('shows phase, counts, stages, spend and closed queues', async () => {
    const gates = createGateStore(pool);
    const row = { queue: 'astra-llm-judge', cause: 'Provider.Auth', reason: 'the key is refused', runId: run };
    await gates.setGate(row);
    await gates.setGate({ ...row, queue: 'astra-llm-teacher' });
    await gates.clearGate('astra-llm-teacher');
    await gates.clearGate('astra-llm-teacher');

    const { createdAt, updatedAt, elapsedSeconds, gates: closed, stages, ...view } = await loadRunView(pool, run);

    assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(updatedAt >= createdAt && elapsedSeconds >= 0);
    assert.deepEqual(
      closed.map(({ queue, cause, reason, run: of }) => ({ queue, cause, reason, run: of })),
      [{ queue: 'astra-llm-judge', cause: 'Provider.Auth', reason: 'the key is refused', run }],
    );
    assert.deepEqual(
      stages.map((stage) => ({ ...stage, perMinute: 0 })),
      [
        { name: 'decomposition', perMinute: 0, total: 2, open: 0, ok: 2, rejected: 0, failed: 0, tools: null },
        { name: 'scores', perMinute: 0, total: 2, open: 0, ok: 2, rejected: 0, failed: 0, tools: null },
        {
          name: 'environments',
          perMinute: 0,
          total: 1,
          open: 0,
          ok: 1,
          rejected: 0,
          failed: 0,
          tools: { proven: 1, needed: 2 },
        },
      ],
    );
    assert.deepEqual(view, {
      run,
      status: 'running',
      phase: 'opened',
      note: '',
      threshold: 1,
      training: null,
      trajectories: null,
      counts: {
        question: { ok: 2 },
        instance: { ok: 1, 'rejected:not_selected': 1 },
        scenario: {},
        server: {},
        graph: {},
        chain: {},
        task: {},
        variant: {},
        episode: {},
      },
      spend: { calls: 1, cachedCalls: 0, promptTokens: 100, completionTokens: 20, cost: 0.1 },
      recent: { minutes: 5, callsPerMinute: 0.2 },
    });
    assert.deepEqual(
      (await listRuns(pool)).map((listed) => listed.run),
      [run],
    );
    await assert.rejects(loadRunView(pool, 'unknown'), { type: 'Store.NotFound' });
  });

  it('keeps the time at which a queue first closed', async () => {
    const gates = createGateStore(pool);
    const row = { queue: 'q', cause: 'Provider.Auth', reason: 'a', runId: run };
    await gates.setGate(row);
    await query(pool, "update gate set since = '2026-01-01T00:00:00Z'");
    await gates.setGate({ ...row, reason: 'b' });

    const [closed] = (await loadRunView(pool, run)).gates;

    assert.deepEqual([closed?.since, closed?.reason], ['2026-01-01T00:00:00Z', 'b']);
  });

  it('explains every kind of id', async () => {
    const question =
      (await query<{ parent_id: string }>(pool, 'select parent_id from item where id = $1', [instance]))[0]
        ?.parent_id ?? '';
    const workflow = [`astra/run-1/env/i/${instance}/n2`];

    const of = async (id: string) => {
      const { kind, parents, children, verdicts, calls, workflow: workflows } = await explain(pool, id);
      const named = (list: readonly { relation: string; id: string }[]) =>
        list.map((one) => `${one.relation} ${one.id}`);
      const keys = calls.map((call) => call.key);
      return {
        kind,
        parents: named(parents),
        children: named(children),
        verdicts: verdicts.map((one) => `${one.of}: ${one.result}`),
        keys,
        workflows,
      };
    };

    assert.deepEqual(await of(instance), {
      kind: 'instance',
      parents: [`decomposed from ${question}`],
      children: [`built from ${environment}`, 'proven for tool-1'],
      verdicts: ['outcome: ok', 'judgement: score 1', 'proof of nodes 2: accepted'],
      keys: ['call-1'],
      workflows: workflow,
    });
    assert.deepEqual(await of(environment), {
      kind: 'environment',
      parents: [`built from ${instance}`, 'uses tool-1'],
      children: [],
      verdicts: ['outcome: ok', 'judgement: score 1', 'proof of nodes 2: accepted'],
      keys: ['call-1'],
      workflows: workflow,
    });
    assert.deepEqual(await of('tool-1'), {
      kind: 'tool',
      parents: [`proven for ${instance}`],
      children: [`uses ${environment}`],
      verdicts: ['proof of nodes 2: accepted'],
      keys: ['call-1'],
      workflows: workflow,
    });
    assert.deepEqual(await of(`${instance}/n2`), {
      kind: 'node',
      parents: [`node of ${instance}`],
      children: [],
      verdicts: ['proof of nodes 2: accepted'],
      keys: ['call-1'],
      workflows: workflow,
    });
    assert.deepEqual((await of(`${instance}/n1`)).verdicts, []);
    assert.deepEqual(await of('call-1'), {
      kind: 'call',
      parents: [],
      children: [`asked for ${instance}/n2`],
      verdicts: [],
      keys: ['call-1'],
      workflows: workflow,
    });
    const asked = await of(question);
    assert.deepEqual(
      [asked.kind, asked.parents, asked.children],
      ['question', ['planned by run-1'], [`decomposed from ${instance}`]],
    );
    const whole = await of(run);
    assert.deepEqual([whole.kind, whole.children.length, whole.keys], ['run', 2, ['call-1']]);
    await assert.rejects(explain(pool, 'nothing'), { type: 'Store.NotFound' });
  });

  it('finds nothing to complain about in a sound run', async () => {
    const environments: string[] = [];
    for await (const found of eachResult(pool, run, 'instance')) environments.push(found.id);
    const broken: unknown[] = [];
    for await (const body of eachBrokenBody(pool, run)) broken.push(body);
    const sums = { cost: 0.1, promptTokens: 100, completionTokens: 20 };

    assert.deepEqual(environments, [environment]);
    assert.deepEqual(broken, []);
    assert.deepEqual(await findOrphans(pool, run), []);
    assert.deepEqual(await checkLedger(pool, run), { ledger: sums, charges: sums, differing: [] });
  });

  it('finds bodies, origins and charges that somebody changed', async () => {
    await query(pool, "update blob set body = '{}' where hash = (select result_body from item where id = $1)", [
      instance,
    ]);
    await query(pool, "delete from lineage where relation = 'built from'");
    await query(pool, 'update charge set cost = 7');
    const broken: string[] = [];
    for await (const { actual } of eachBrokenBody(pool, run)) broken.push(actual);

    assert.deepEqual(broken, ['44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a']);
    assert.deepEqual(await findOrphans(pool, run), [{ id: environment, lacks: `lineage to ${instance}` }]);
    assert.deepEqual((await checkLedger(pool, run)).differing, ['call-1']);
  });
});
