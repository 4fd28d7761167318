import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { planTasks } from '../../src/activities/store/task-plan.ts';
import { eachTask } from '../../src/activities/store/task-rows.ts';
import { selectTasks } from '../../src/activities/store/task-selection.ts';
import { run } from '../activities/store/store-fixture.ts';
import { claim, openTaskRun, passAll, record } from '../activities/store/task-run.ts';

describe('what the original loses between its steps, in tasks', function () {
  this.timeout(60_000);
  let pool: Pool;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-probe-'));
  });
  afterEach(async () => {
    await pool.end();
    rmSync(folder, { recursive: true });
  });

  it('probe 9: rejected chains give no task', async () => {
    pool = await openTaskRun(folder, { votes: [false, false] });

    assert.deepEqual(await planTasks(pool, { runId: run }), { tasks: 0 });
  });

  it('probe 12: every question that was scored stands there with its scores, and what passed is played', async () => {
    pool = await openTaskRun(folder, { tasks: { perChain: 2 } });
    await planTasks(pool, { runId: run });
    await record(pool, 'Begin a new file for "Lena Ortiz" and tell me what is in it.');
    await record(pool, 'A matter of "Tomas Brandt" has come up: start it, then look at what was noted.');

    await passAll(pool);
    const chosen = await selectTasks(pool, { runId: run });

    const scored: (readonly [string, number | undefined])[] = [];
    for await (const { variants } of eachTask(pool, run))
      for (const { outcome, verdict } of variants) scored.push([outcome, verdict?.scores.question_quality.score]);
    assert.deepEqual(scored, [
      ['ok', 5],
      ['ok', 5],
    ]);
    assert.deepEqual(chosen, { kept: 2, duplicates: 0, episodes: 2 });
    assert.equal((await claim(pool, 'episode')).length, 2);
  });
});
