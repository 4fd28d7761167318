import assert from 'node:assert/strict';
import { resolveModel } from '../../../src/domain/run/models.ts';
import { failedShare, outcomeKey } from '../../../src/domain/run/outcome.ts';
import { RunConfig } from '../../../src/domain/run/schema.ts';
import { llmQueue } from '../../../src/domain/run/task-queues.ts';

describe('outcomes', () => {
  it('are counted under their rule, class or judge', () => {
    assert.equal(outcomeKey({ status: 'ok' }), 'ok');
    assert.equal(outcomeKey({ status: 'rejected', rule: 'leak', detail: '' }), 'rejected:leak');
    assert.equal(outcomeKey({ status: 'failed', class: 'Provider.Budget', detail: '' }), 'failed:Provider.Budget');
    assert.equal(outcomeKey({ status: 'quarantined', judge: 'j', detail: '' }), 'quarantined:j');
  });

  it('count as failed only when they failed by class, and open items do not count at all', () => {
    assert.equal(failedShare({ ok: 2, 'rejected:leak': 1, 'failed:a': 1, open: 96 }), 0.25);
    assert.equal(failedShare({ open: 3 }), 0);
  });
});

describe('the model of a role', () => {
  const config = RunConfig.parse({
    models: { default: { model: 'm', concurrency: 3 }, judge: { baseUrl: 'http://j.example/v1', temperature: 0.4 } },
  });

  it('has its own settings over the default over ours', () => {
    const { model, concurrency, temperature, baseUrls } = resolveModel(config, 'judge');
    assert.deepEqual(
      { model, concurrency, temperature, baseUrls },
      {
        model: 'm',
        concurrency: 3,
        temperature: 0.4,
        baseUrls: ['http://j.example/v1'],
      },
    );
    assert.equal(resolveModel(config, 'generator').temperature, 1);
    assert.equal(resolveModel(RunConfig.parse({}), 'judge').temperature, 0);
  });

  it('waits on the queue of its endpoint', () => {
    assert.deepEqual((['generator', 'judge', 'agent'] as const).map(llmQueue), [
      'astra-llm-teacher',
      'astra-llm-judge',
      'astra-llm-policy',
    ]);
  });
});
