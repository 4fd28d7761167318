import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainerEnvironment } from '../../../infra/trainer/environment.ts';
import { prepareTrainer } from '../../../infra/trainer/prepare-trainer.ts';
import { startTrainer, trainerHealth } from '../../../infra/trainer/start-trainer.ts';

/** ASTRA_TRAINER_HOME names a home in which the environment is installed, or may be. */
const { env } = process;
const home = env['ASTRA_TRAINER_HOME'] ?? join(import.meta.dirname, '../../../.astra-tools/trainer-home');

describe('the trainer as a process (where it is installed, or ASTRA_TRAINER_TESTS=1)', function () {
  this.timeout(1_800_000);

  before(function () {
    // Up to 3 GB that nothing else needs: installed by hand, or here with ASTRA_TRAINER_TESTS=1.
    if (!trainerEnvironment({ home, env }).ready && env['ASTRA_TRAINER_TESTS'] !== '1') this.skip();
  });

  it('is installed once, with lines that say how much, then starts, says who it is and lets its home go', async () => {
    const lines: string[] = [];
    const first = await prepareTrainer({ home, env, note: (line) => lines.push(line) });
    assert.equal(first.ready, true);
    assert.ok(lines.length === 0 || lines.some((line) => /GB|MB/.test(line)), lines.join('\n'));
    const again = await prepareTrainer({ home, env, note: () => assert.fail('installed twice') });
    assert.deepEqual(again, first);

    const logFile = join(home, 'trainer-test.log');
    const trainer = await startTrainer({ home, env, logFile });
    assert.equal((await trainerHealth(trainer.url))?.home, trainer.modelHome);
    await assert.rejects(startTrainer({ home, env, logFile }), /in use by another trainer/);
    await trainer.stop();
    assert.equal(await trainerHealth(trainer.url), undefined);
  });
});

describe('the place of the trainer', () => {
  it('depends on what is installed, so that a change of pins never meets an old environment', () => {
    const plain = trainerEnvironment({ home: '/h', env: {} });
    const stubs = trainerEnvironment({ home: '/h', env: { ASTRA_TRAINER_STUBS: '1' } });
    const real = trainerEnvironment({ home: '/h', env: {}, realModel: true });
    assert.equal(new Set([plain.folder, stubs.folder, real.folder]).size, 3);
    assert.deepEqual(real.flags, ['--real']);
    assert.equal(plain.ready, false);
  });

  it('is left without a trace when nothing can be installed, and the message says why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'astra-trainer-'));
    try {
      const noPython = { ...env, PYTHON: 'no-such-python' };
      await assert.rejects(prepareTrainer({ home: folder, env: noPython }), /no-such-python is missing/);
      const { folder: wanted } = trainerEnvironment({ home: folder, env: noPython });
      assert.equal(existsSync(join(wanted, '.installed')), false);
      await assert.rejects(startTrainer({ home: folder, env: noPython, logFile: '/dev/null' }), /not installed/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
