import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { query } from '../../../src/activities/store/pool.ts';
import { openRun, setPhase } from '../../../src/activities/store/runs.ts';
import type { RunId } from '../../../src/domain/ids.ts';
import { openStore, run, smallConfig } from './store-fixture.ts';

describe('opening a run', function () {
  this.timeout(60_000);
  let pool: Pool;
  before(async () => {
    pool = await openStore();
  });
  after(() => pool.end());

  it('returns the settings with every default, the first time and every other', async () => {
    const first = await openRun(pool, { runId: run, config: smallConfig });
    const second = await openRun(pool, { runId: run, config: smallConfig });

    assert.deepEqual(first, second);
    assert.match(first.configHash, /^[0-9a-f]{64}$/);
    const { configHash: _, ...settings } = first;
    assert.deepEqual(settings, {
      runId: 'run-1',
      partitions: 2,
      window: 12,
      failureBudget: 0.2,
      attempts: { reask: 3, inner: 5, outer: 3, merge: 5 },
      merge: true,
      dropFailedNodes: false,
      stopAfter: 'environments',
      gates: [],
      stages: { environments: true, trajectories: false },
      chains: null,
      trajectories: null,
      augment: 0,
    });
  });

  it('is one run however many workers open it at once', async () => {
    const opened = await Promise.all(
      Array.from({ length: 8 }, () => openRun(pool, { runId: 'together' as RunId, config: smallConfig })),
    );

    assert.equal(new Set(opened.map((settings) => settings.configHash)).size, 1);
    assert.deepEqual(await query(pool, "select count(*) from ledger where run_id = 'together'"), [{ count: 1 }]);
  });

  it('says that a run without the stage has none', async () => {
    const settings = await openRun(pool, { runId: 'bare' as RunId, config: {} });

    assert.equal(settings.stages.environments, false);
    assert.deepEqual(settings.attempts, { reask: 3, inner: 5, outer: 3, merge: 5 });
  });

  it('refuses another configuration under the same id and lists what differs', async () => {
    const config = {
      seed: 7,
      environments: { sources: [{ mode: 'domain', domain: 'weather' }] },
      budget: { maxCost: 2 },
    };

    await assert.rejects(openRun(pool, { runId: run, config }), {
      type: 'Config.Changed',
      message: [
        'Run "run-1" exists with another configuration:',
        'budget.maxCost: absent → 2',
        'environments.sources[0].domain: "travel" → "weather"',
        'seed: 1 → 7',
        'Use the stored configuration, or start a new run under another id.',
      ].join('\n'),
    });
  });

  it('refuses a configuration that breaks its rules, and a run id that is none', async () => {
    const config = { environments: { sources: [{ mode: 'domain', domain: 'x' }] }, execution: { window: 99 } };

    await assert.rejects(openRun(pool, { runId: 'bad' as RunId, config }), {
      type: 'Config.Invalid',
      message: /breaks its rules:\n✖ .*<=50\n {2}→ at execution\.window/,
    });
    await assert.rejects(openRun(pool, { runId: '../x' as RunId, config: smallConfig }), { type: 'Config.Invalid' });
  });

  it('keeps phase, status and note, with NUL made visible', async () => {
    const phase = { runId: run, phase: 'scores', status: 'paused', note: 'held\0 by hand' } as const;

    await setPhase(pool, phase);
    await setPhase(pool, phase);

    assert.deepEqual(await query(pool, 'select phase, status, note from run where id = $1', [run]), [
      { phase: 'scores', status: 'paused', note: 'held� by hand' },
    ]);
    await assert.rejects(setPhase(pool, { ...phase, runId: 'unknown' as RunId }), { type: 'Store.NotFound' });
  });
});
