import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentChecks } from '../../infra/doctor-checks.ts';

describe('the doctor', () => {
  let home: string;
  const { PATH } = process.env;

  before(() => {
    home = mkdtempSync(join(tmpdir(), 'astra-doctor-'));
  });

  after(() => rmSync(home, { recursive: true }));

  it('names every check once, with a finding, and calls an embedded stack that never ran no failure', async () => {
    const checks = await environmentChecks({ home, env: { PATH } });

    assert.deepEqual(
      checks.map(({ name }) => name),
      ['node', 'python', 'temporal cli', 'bubblewrap', 'home', 'disk', 'ports', 'temporal', 'postgres'],
    );
    assert.ok(checks.every(({ detail }) => detail !== '' && !detail.includes('\n')));
    assert.deepEqual(checks.at(-1), {
      name: 'postgres',
      ok: true,
      detail: 'the embedded one is not running',
      fix: 'npx astra up',
    });
  });

  it('says what to do about each thing that is not right', async () => {
    const env = {
      PATH,
      ASTRA_SANDBOX_PYTHON: 'python-that-is-not-there',
      DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    };

    const checks = await environmentChecks({ home, env });

    const wrong = checks.filter(({ name, ok }) => !ok && ['python', 'temporal', 'postgres'].includes(name));
    assert.deepEqual(wrong, [
      {
        name: 'python',
        ok: false,
        detail: 'python-that-is-not-there does not run',
        fix: 'Debian: sudo apt-get install python3; or name one by ASTRA_SANDBOX_PYTHON',
      },
      { name: 'temporal', ok: false, detail: 'nothing listens at 127.0.0.1:1', fix: 'check TEMPORAL_ADDRESS' },
      {
        name: 'postgres',
        ok: false,
        detail: 'cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
        fix: 'check DATABASE_URL',
      },
    ]);
  });
});
