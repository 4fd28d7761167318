import assert from 'node:assert/strict';
import { Client } from 'pg';
import { migrate } from '../../../src/activities/store/migrate.ts';
import { emptyDatabase } from '../../support/postgres.ts';

describe('database migrations', function () {
  this.timeout(60_000);

  it('are applied once, whoever starts first, and a second start changes nothing', async () => {
    const url = await emptyDatabase();

    const together = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const again = await migrate(url);

    // Written out: the names are on record in every database, so none may change or go.
    assert.deepEqual(together.flat(), [
      '000001_store',
      '000002_scenarios',
      '000003_chains',
      '000004_episodes',
      '000005_tool_records',
      '000008_left_out',
      '000009_training',
      '000010_job_notes',
      '000011_step_timings',
    ]);
    assert.deepEqual(again, []);
  });

  it('refuse a database that a newer version has migrated', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("insert into pgmigrations (name, run_on) values ('000999_future', now())");
    await client.end();

    await assert.rejects(migrate(url), {
      type: 'Store.Constraint',
      message:
        'The database was migrated by a newer version of this program: it holds 000999_future, unknown here. Update the program, or use another database.',
    });
  });

  it('report a server that is away as unavailable', async () => {
    await assert.rejects(migrate('postgres://nobody@127.0.0.1:1/none'), { type: 'Store.Unavailable' });
  });
});
