/** Training under kill -9. Slow: only with ASTRA_SLOW=1, and where the trainer's environment is installed. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { trainerEnvironment } from '../../infra/trainer/environment.ts';
import { victimsOf } from '../../scripts/drill/moments.ts';
import { runDrill } from '../../scripts/drill/run-drill.ts';

const root = join(import.meta.dirname, '../..');
const { env } = process;
/** ASTRA_TRAINER_HOME names a home in which the environment is installed. */
const trainerHome = env['ASTRA_TRAINER_HOME'] ?? join(root, '.astra-tools/trainer-home');
const asked = env['ASTRA_SLOW'] === '1' && trainerEnvironment({ home: trainerHome, env }).ready;
const title = asked ? '' : ' (left out: set ASTRA_SLOW=1 and install the trainer; it takes minutes)';

describe(`training whose parts are killed${title}`, function () {
  this.timeout(1_800_000);

  before(function () {
    if (!asked) this.skip();
  });

  it('ends with the same weights, every step made once', async () => {
    const { promises, kills, disturbed } = await runDrill({
      moments: 4,
      seed: 2,
      config: join(root, 'configs/drill-training.yaml'),
      trainerHome,
      keep: false,
      note: () => undefined,
      interrupted: new AbortController().signal,
    });

    assert.deepEqual(
      promises.filter(({ kept }) => !kept),
      [],
    );
    assert.deepEqual(kills.map(({ part }) => part).toSorted(), victimsOf({ calls: 0, trains: true }).toSorted());
    assert.equal(disturbed.training?.steps.length, 16);
    assert.ok(promises.some(({ promise }) => promise === 'the last weights are the same'));
  });
});
