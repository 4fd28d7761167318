import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createProofTools } from '../../../../src/activities/proof/activities.ts';
import { createZygoteSandbox } from '../../../../src/activities/sandbox/zygote-pool.ts';
import { pythonFiles } from '../../../../src/activities/store/python-files.ts';
import { exportFiles } from '../../../../src/domain/export/formats.ts';
import { instanceRow, statefulInstanceRow } from '../../../../src/domain/export/playable/instance-row.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { libraryRow } from '../../../support/stateful-library.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { townEnvironment } from '../../../support/town-environments.ts';

/** Python of an installation that has verifiers 0.4, hatchling and editables. */
const python = process.env['ASTRA_VERIFIERS_PYTHON'] ?? '';

async function installed(rows: readonly JsonObject[]): Promise<void> {
  const to = temporaryFolder();
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), text);
  };
  write(exportFiles.verifiers, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const { name, text } of await pythonFiles('verifiers')) write(name, text);
  const options = ['-m', 'pip', 'install', '-q', '--no-deps', '--no-build-isolation', '-e', join(to, 'verifiers')];
  const run = spawnSync(python, options);
  assert.equal(run.status, 0, run.stderr.toString());
}

/** Verdicts of the gold check and of the check that an untouched task earns less, by name of the task. */
function validated(): Record<string, [gold: boolean, untouched: boolean]> {
  const out = temporaryFolder();
  const run = spawnSync(
    join(dirname(python), 'vf-validate'),
    ['astra-environments', '--runtime.type', 'subprocess', '--rich', 'False', '-o', out],
    { cwd: out },
  );
  const results = readdirSync(out, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('results.jsonl'),
  );
  assert.ok(results !== undefined, run.stderr.toString());
  const lines = readFileSync(join(out, results), 'utf8').trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const { name, gold, noop } = JSON.parse(line);
      return [name, [gold.valid, noop.valid]];
    }),
  );
}

describe('the package for verifiers', function () {
  this.timeout(300_000);

  before(function () {
    // Half a gigabyte that nothing else needs: installed by hand, named by the variable.
    if (python === '') this.skip();
  });

  it('is valid there: gold passes, untouched fails; and a planted wrong gold is found', async () => {
    const sandbox = await createZygoteSandbox();
    const library = await libraryRow(createProofTools(sandbox));
    await sandbox.close();
    const good = [instanceRow(townEnvironment(1)), statefulInstanceRow(library)];
    const [name = '', stateful = ''] = good.map(({ id }) => String(id));

    await installed(good);
    assert.deepEqual(validated(), { [name]: [true, true], [stateful]: [true, true] });

    const spoilt = JSON.parse(
      JSON.stringify(good).replaceAll(
        '"text":"101","type":"number","value":101',
        '"text":"102","type":"number","value":102',
      ),
    );
    await installed(spoilt);
    assert.deepEqual(validated(), { [name]: [false, true], [stateful]: [true, true] });
  });
});
