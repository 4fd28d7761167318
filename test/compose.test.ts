import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { createPool } from '../src/activities/store/pool.ts';
import { composeStoreActivities } from '../src/compose.ts';

describe('the activities of the store role', () => {
  const refusalOf = async (config: unknown): Promise<ApplicationFailure> => {
    const pool = createPool({
      connectionString: 'postgres://nobody@127.0.0.1:1/none',
      max: 1,
      applicationName: 'test',
    });
    const openRun: unknown = Reflect.get(composeStoreActivities(pool), 'openRun');
    assert.ok(typeof openRun === 'function');
    const error: unknown = await Promise.resolve(openRun({ runId: 'run-1', config })).catch(
      (reason: unknown) => reason,
    );
    await pool.end();
    assert.ok(error instanceof ApplicationFailure, String(error));
    return error;
  };

  it('say path, value, rule and nearest key of a configuration that comes unchecked', async () => {
    const refusal = await refusalOf({
      environments: { sources: [{ mode: 'domain', domain: 'x', repeets: 2 }] },
      execution: { window: 99 },
    });

    assert.deepEqual([refusal.type, refusal.nonRetryable], ['Config.Invalid', true]);
    assert.match(
      refusal.message,
      /environments\.sources\[0\]\.repeets: got the unknown key "repeets"; .*Did you mean "repeats"\?/,
    );
    assert.match(refusal.message, /execution\.window: got 99; expected a number of at most 50\. Change it\./);
  });

  it('refuse what is no configuration at all', async () => {
    const { message } = await refusalOf(null);
    assert.equal(message, 'configuration: got null; expected a mapping. Change it.');
  });
});
