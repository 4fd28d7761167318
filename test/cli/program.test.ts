import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { astra } from './run-cli.ts';

/** A variable of the developer's own shell would start no stack but answer in its place. */
const addresses = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE', 'ASTRA_LOG_LEVEL'];

describe('astra', () => {
  let home: string;
  const kept = new Map<string, string>();
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'astra-cli-'));
    for (const name of addresses) {
      const value = process.env[name];
      if (value !== undefined) kept.set(name, value);
      delete process.env[name];
    }
  });
  after(() => {
    rmSync(home, { recursive: true });
    for (const [name, value] of kept) process.env[name] = value;
  });

  it('prints one JSON document and nothing else on stdout with --json', async () => {
    const { code, stdout, stderr } = await astra('config', 'check', 'configs/smoke.yaml', '--json', '--home', home);

    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(JSON.parse(stdout).run, /^smoke-[0-9a-f]{8}$/);
  });

  it('takes --json before the command too', async () => {
    const { stdout } = await astra('--json', 'config', 'check', 'configs/smoke.yaml');

    assert.equal(JSON.parse(stdout).valid, true);
  });

  it('prints a JSON Schema that forbids unknown keys', async () => {
    const { code, stdout } = await astra('config', 'schema');

    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).additionalProperties, false);
  });

  it('ends with 2 and one message on stderr for a wrong configuration', async () => {
    const file = join(home, 'wrong.yaml');
    writeFileSync(file, 'sed: 1\nenvironments: { sources: [{ mode: domain, domain: tides }] }\n');

    const { code, stdout, stderr } = await astra('config', 'check', file);

    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      `astra: ${file}:1:1: sed: got the unknown key "sed"; expected one of seed, models, budget, environments, trajectories, sft, rl, evaluation, gates, execution. Did you mean "seed"?\n`,
    );
  });

  it('gives the problems as data with --json', async () => {
    const { stdout } = await astra('config', 'check', '/nowhere.yaml', '--json');

    const { error } = JSON.parse(stdout);
    assert.equal(error.code, 2);
    assert.equal(error.problems[0].got, 'no such file');
  });

  it('ends with 2 for an unknown command, an unknown option and a missing argument', async () => {
    for (const argv of [['demno'], ['status', '--wacth'], ['pause'], ['export', 'x'], ['config', 'chekc']]) {
      const { code, stdout, stderr } = await astra(...argv);

      assert.equal(code, 2, argv.join(' '));
      assert.equal(stdout, '', argv.join(' '));
      assert.match(stderr, /^error: /, argv.join(' '));
    }
  });

  it('suggests the command that was meant', async () => {
    assert.match((await astra('demno')).stderr, /Did you mean demo\?/);
  });

  it('ends with 3 and what to type when there is no stack', async () => {
    for (const argv of [['status'], ['list'], ['pause', 'x'], ['migrate'], ['explain', 'x']]) {
      const { code, stderr } = await astra(...argv, '--home', home);

      assert.equal(code, 3, argv.join(' '));
      assert.match(stderr, /Type: astra up$/m, argv.join(' '));
    }
  });

  it('ends with 3 when the database of stack.json is gone', async () => {
    const gone = {
      postgres: { url: 'postgres://127.0.0.1:1/astra' },
      workers: [],
      cli: { temporal: '' },
      processes: {},
    };
    writeFileSync(join(home, 'stack.json'), JSON.stringify(gone));

    const { code, stderr } = await astra('list', '--home', home);

    assert.equal(code, 3);
    assert.match(stderr, /Postgres cannot be reached/);
  });

  it('ends with 2 for a run id that cannot be one', async () => {
    const { code, stderr } = await astra('run', 'configs/smoke.yaml', '--run', 'a/b', '--home', home);

    assert.equal(code, 2);
    assert.match(stderr, /^astra: run id: got "a\/b"; expected /);
  });

  it('forecasts without a stack, from priors', async () => {
    const { code, stdout } = await astra('forecast', 'configs/smoke.yaml', '--json', '--home', join(home, 'none'));

    const { questions, calls, basis } = JSON.parse(stdout);
    assert.equal(code, 0);
    assert.equal(questions, 2);
    assert.ok(calls.low < calls.mid && calls.mid < calls.high);
    assert.equal(basis, 'priors (no earlier run with this model)');
  });
});
