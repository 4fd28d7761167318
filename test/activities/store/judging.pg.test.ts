import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { createStoreActivities } from '../../../src/activities/store/activities.ts';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { reopenItems } from '../../../src/activities/store/retry.ts';
import type { InstanceId, QuestionId } from '../../../src/domain/ids.ts';
import { decomposeAll, decompositionRow, goodScores, importedRun } from './made-up-run.ts';
import { openStore, run } from './store-fixture.ts';

describe('decompositions and their scores', function () {
  this.timeout(60_000);
  let pool: Pool;
  afterEach(() => pool.end());
  const store = () => createStoreActivities(pool);
  const claim = (kind: 'question' | 'instance') =>
    store().claimItems({ runId: run, kind, partition: 0, partitions: 1, after: -1, limit: 50 });
  const outcomes = async (kind: string) =>
    (await query(pool, 'select outcome_key from item where kind = $1 order by ordinal', [kind])).map(
      (row) => row['outcome_key'],
    );

  it('become instances that wait for scores; recording them twice changes nothing', async () => {
    pool = await importedRun([decompositionRow('Aarhus')]);
    const [question] = (await claim('question')).items;
    const input = { runId: run, questionId: question?.id as QuestionId, reply: null };

    const first = await store().recordDecompositions(input);
    const second = await store().recordDecompositions(input);

    assert.equal(question?.imported, true);
    assert.deepEqual(second, first);
    assert.equal(first.rejected, 0);
    assert.deepEqual(
      first.instances.map((instance) => instance.dependent),
      [[2]],
    );
    assert.deepEqual(await outcomes('question'), ['ok']);
    assert.deepEqual(await store().countItems({ runId: run, kind: 'question' }), { open: 1 }, 'its instance waits');
  });

  it('of a reply are kept with the rule that refuses them, one by one', async () => {
    pool = await openStore();
    await store().planEnvironments({ runId: run });
    const [question] = (await claim('question')).items;
    const cyclic = { question: 'Q?', answer: 1, nodes: [{ id: 1, sub_question: 'A?', answer: 1, dependencies: [1] }] };
    const reply = await saveValue(pool, { decompositions: [cyclic, { no: 1 }] });

    const recorded = await store().recordDecompositions({ runId: run, questionId: question?.id as QuestionId, reply });

    assert.deepEqual(recorded, { instances: [], rejected: 2 });
    const kept = await outcomes('instance');
    assert.equal(kept.length, 2);
    assert.match(String(kept[0]), /^rejected:/);
    assert.equal(kept[1], 'rejected:schema_invalid');
    assert.deepEqual(await outcomes('question'), [kept[0]], 'the question is refused by the rule of the first');
  });

  it('that say the same leave the first of the plan, whichever question is answered first', async () => {
    const rows = [decompositionRow('Aarhus'), decompositionRow('aarhus'), decompositionRow('Bergen')];
    const left: unknown[] = [];
    for (const backwards of [false, true]) {
      pool = await importedRun(rows);
      await decomposeAll(pool, backwards);
      left.push(
        await query(pool, "select id, ordinal, outcome_key from item where kind = 'instance' order by ordinal"),
      );
      if (!backwards) await pool.end();
    }

    const [forwards, backwards] = left as [
      { outcome_key: string; ordinal: number }[],
      { outcome_key: string; ordinal: number }[],
    ];
    assert.deepEqual(
      forwards.map((row) => row.outcome_key),
      ['open', 'rejected:duplicate', 'open'],
    );
    assert.deepEqual(
      forwards.map((row) => row.ordinal),
      [0, 1009, 2018],
    );
    assert.deepEqual(
      backwards.map((row) => row.outcome_key),
      ['open', 'rejected:duplicate', 'open'],
    );
  });

  it('are scored once', async () => {
    pool = await importedRun([decompositionRow('Aarhus')]);
    const [instance] = await decomposeAll(pool);
    const input = await goodScores(pool, instance?.id as InstanceId);

    const first = await store().recordScores(input);
    const second = await store().recordScores({ ...input, necessity: null });

    assert.deepEqual(first, { outcome: { status: 'ok' }, score: 1, toolNodes: [1, 2] });
    assert.deepEqual(second, first);
    assert.deepEqual((await claim('question')).items, []);
  });

  it('without a usable verdict are quarantined, never scored, and judged again after a retry', async () => {
    pool = await importedRun([decompositionRow('Aarhus')]);
    const [instance] = await decomposeAll(pool);
    const good = await goodScores(pool, instance?.id as InstanceId);

    const judged = await store().recordScores({ ...good, necessity: null, unresolved: ['necessity: schema_invalid'] });
    const selection = await store().selectInstances({ runId: run });
    const reopened = await reopenItems(pool, run, { only: 'quarantined' });
    const again = (await claim('question')).items;
    const waiting = await decomposeAll(pool);
    const rejudged = await store().recordScores(good);

    assert.equal(judged.outcome.status, 'quarantined');
    assert.deepEqual(selection, { scored: 0, selected: 0, threshold: null });
    assert.equal(reopened, 1);
    assert.deepEqual(
      again.map(({ imported, round }) => ({ imported, round })),
      [{ imported: true, round: 1 }],
    );
    assert.deepEqual(waiting, [instance]);
    assert.equal(rejudged.score, 1);
  });

  it('are selected over the whole run; deciding again decides the same', async () => {
    pool = await importedRun([decompositionRow('Aarhus'), decompositionRow('Bergen')]);
    const [good, weak] = await decomposeAll(pool);
    await store().recordScores(await goodScores(pool, good?.id as InstanceId));
    await store().recordScores(await goodScores(pool, weak?.id as InstanceId, false));

    const first = await store().selectInstances({ runId: run });
    const second = await store().selectInstances({ runId: run });

    assert.deepEqual(first, { scored: 2, selected: 1, threshold: 1 });
    assert.deepEqual(second, first);
    assert.deepEqual(await outcomes('instance'), ['open', 'rejected:not_selected']);
    const { items } = await claim('instance');
    assert.deepEqual(
      items.map((item) => [item.id, item.toolNodes]),
      [[good?.id, [1, 2]]],
    );
  });

  it('end with their scores in a run that builds no tools', async () => {
    pool = await importedRun([decompositionRow('Aarhus')], { stopAfter: 'scores' });
    const [instance] = await decomposeAll(pool);
    await store().recordScores(await goodScores(pool, instance?.id as InstanceId));

    await store().selectInstances({ runId: run });

    assert.deepEqual(await outcomes('instance'), ['ok']);
  });

  it('open again where they failed, with a raised budget, and nowhere else', async () => {
    pool = await importedRun([decompositionRow('Aarhus'), decompositionRow('Bergen')]);
    const [first, second] = await decomposeAll(pool);
    await store().recordScores(await goodScores(pool, first?.id as InstanceId));
    const failure = { status: 'failed', class: 'Provider.Budget', detail: 'cap' } as const;
    for (const id of [first?.id, second?.id]) {
      await store().closeItem({ runId: run, kind: 'instance', id: String(id), outcome: failure });
    }
    assert.deepEqual(await store().countItems({ runId: run, kind: 'question' }), {
      'failed:Provider.Budget': 1,
      ok: 1,
    });

    const judging = await store().applyCorrection({ runId: run, kind: 'question', budget: { maxCost: 9 } });
    const repeated = await store().applyCorrection({ runId: run, kind: 'question', budget: { maxCost: 9 } });

    assert.deepEqual([judging, repeated], [{ reopened: 1 }, { reopened: 0 }]);
    assert.deepEqual(await outcomes('instance'), ['failed:Provider.Budget', 'open']);
    assert.deepEqual(await query(pool, 'select max_cost, max_tokens from ledger'), [{ max_cost: 9, max_tokens: null }]);
    assert.deepEqual(await store().applyCorrection({ runId: run, kind: 'instance' }), { reopened: 1 });
  });
});
