import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import type { CallStore, CallUse } from '../../../src/activities/llm/contract.ts';
import { textBody } from '../../../src/activities/store/blobs.ts';
import { createCallStore } from '../../../src/activities/store/calls.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { openRun } from '../../../src/activities/store/runs.ts';
import type { CallKey, RunId } from '../../../src/domain/ids.ts';
import { callRecord, openStore, run, smallConfig } from './store-fixture.ts';

const key = (name: string): CallKey => name as CallKey;

function use(name: string, changes: Partial<CallUse> = {}): CallUse {
  return {
    runId: run,
    key: key(name),
    subject: 'q-1',
    workflowId: 'astra/run-1/env/q/q-1',
    prompt: 'decomposition/decompose',
    problems: [],
    ...changes,
  };
}

describe('calls of models', function () {
  this.timeout(60_000);
  let pool: Pool;
  let calls: CallStore;
  const ledger = () =>
    query(pool, 'select cost, prompt_tokens, completion_tokens from ledger where run_id = $1', [run]);
  const open = async (budget: { maxCost?: number; maxTokens?: number }): Promise<void> => {
    pool = await openStore({ ...(smallConfig as object), budget });
    calls = createCallStore(pool);
  };
  afterEach(() => pool.end());

  it('never reserve more than the cap, however many ask at once', async () => {
    await open({ maxCost: 1 });

    const starts = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        calls.begin({ runId: run, key: key(`k-${index}`), estimate: { cost: 0.1, tokens: 10 } }),
      ),
    );

    assert.equal(starts.filter((start) => start.status === 'reserved').length, 10);
    assert.equal(starts.filter((start) => start.status === 'refused').length, 40);
  });

  it('count what is spent and what is set aside, and say so when they refuse', async () => {
    await open({ maxTokens: 300 });
    await calls.recordUse(use('paid', { record: callRecord('paid') }));
    await calls.begin({ runId: run, key: key('a'), estimate: { cost: 0, tokens: 100 } });

    const refused = await calls.begin({ runId: run, key: key('b'), estimate: { cost: 0, tokens: 100 } });

    assert.deepEqual(refused, {
      status: 'refused',
      reason:
        "The run's budget does not allow this call (tokens: cap 300, spent 120, set aside 100, this call up to 100)",
      held: true,
    });
  });

  it('tell a cap that only calls in flight stand before from one that is used up', async () => {
    await open({ maxTokens: 300 });
    await calls.recordUse(use('paid', { record: callRecord('paid') }));

    const refused = await calls.begin({ runId: run, key: key('b'), estimate: { cost: 0, tokens: 181 } });

    assert.equal(refused.status === 'refused' && refused.held, false);
  });

  it('set one estimate aside per key, and give it back', async () => {
    await open({ maxCost: 1 });
    const claim = { runId: run, key: key('a'), estimate: { cost: 0.6, tokens: 1 } };

    assert.equal((await calls.begin(claim)).status, 'reserved');
    assert.equal((await calls.begin(claim)).status, 'reserved', 'the same call again replaces its own');
    assert.equal((await calls.begin({ ...claim, key: key('b') })).status, 'refused');
    await calls.release(run, key('a'));
    await calls.release(run, key('a'));
    assert.equal((await calls.begin({ ...claim, key: key('b') })).status, 'reserved');
  });

  it('forget a reservation whose worker never came back', async () => {
    await open({ maxCost: 1 });
    const claim = { runId: run, key: key('a'), estimate: { cost: 1, tokens: 1 } };
    await calls.begin(claim);
    await query(pool, "update reservation set expires_at = now() - interval '1 second'");

    assert.equal((await calls.begin({ ...claim, key: key('b') })).status, 'reserved');
  });

  it('are charged once, whatever is repeated', async () => {
    await open({ maxCost: 1 });
    const reply = textBody('{"ok":true}');
    const first = use('a', { record: callRecord('a'), reply });
    await calls.begin({ runId: run, key: key('a'), estimate: { cost: 0.5, tokens: 500 } });

    await calls.recordUse(first);
    await calls.recordUse(first);
    await calls.recordUse(use('a'));
    await calls.recordUse(use('a', { subject: 'q-2' }));

    assert.deepEqual(await ledger(), [{ cost: 0.1, prompt_tokens: 100, completion_tokens: 20 }]);
    assert.deepEqual(await query(pool, 'select count(*) from reservation'), [{ count: 0 }]);
    assert.deepEqual(await query(pool, 'select count(*) from call_use'), [{ count: 2 }]);
    assert.deepEqual(await calls.loadFacts(run, { reply: reply.hash }), { reply: { ok: true } });
  });

  it('come back exactly as they were recorded, NUL and half characters included, even past an exhausted budget', async () => {
    await open({ maxTokens: 121 });
    const record = callRecord('a', { content: 'a\0b \ud800', reasoning: 'thought\0', cost: 0.1 + 0.2 });
    await calls.recordUse(use('a', { record, problems: ['no\0 JSON'] }));

    const start = await calls.begin({ runId: run, key: key('a'), estimate: { cost: 9, tokens: 999 } });

    assert.deepEqual(start, { status: 'recorded', record });
  });

  it('of one run are free for another', async () => {
    await open({});
    const other = 'run-2' as RunId;
    await openRun(pool, { runId: other, config: smallConfig });
    await calls.recordUse(use('a', { record: callRecord('a') }));

    assert.equal(
      (await calls.begin({ runId: other, key: key('a'), estimate: { cost: 1, tokens: 1 } })).status,
      'recorded',
    );
    await calls.recordUse(use('a', { runId: other }));

    assert.deepEqual(await query(pool, 'select cost from ledger where run_id = $1', [other]), [{ cost: 0 }]);
  });

  it('of fifty askers at once add up exactly', async () => {
    await open({});

    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        calls.recordUse(use(`k-${index}`, { record: callRecord(`k-${index}`), reply: textBody('{"same":true}') })),
      ),
    );

    assert.deepEqual(await ledger(), [{ cost: 5, prompt_tokens: 5000, completion_tokens: 1000 }]);
  });

  it('need a run and facts that exist', async () => {
    await open({});
    const unknown = 'nowhere' as RunId;

    await assert.rejects(calls.begin({ runId: unknown, key: key('a'), estimate: { cost: 0, tokens: 0 } }), {
      type: 'Store.NotFound',
    });
    await assert.rejects(calls.recordUse(use('a', { runId: unknown, record: callRecord('a') })), {
      type: 'Store.NotFound',
    });
    await assert.rejects(calls.loadFacts(run, { question: 'e'.repeat(64) as never }), { type: 'Store.NotFound' });
    await assert.rejects(calls.models(unknown), { type: 'Store.NotFound' });
    assert.equal((await calls.models(run)).resolve('judge').temperature, 0);
  });
});
