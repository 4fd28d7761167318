import assert from 'node:assert/strict';
import { InputError } from '../../src/cli/exit-codes.ts';
import { configHash, defaultRunId, runId } from '../../src/cli/run-id.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';

const config = RunConfig.parse({ environments: { sources: [{ mode: 'domain', domain: 'tides' }] } });

describe('defaultRunId', () => {
  it('is the file name and the first eight characters of the hash of the configuration', () => {
    assert.equal(defaultRunId('/some/where/My Demo.v2.yaml', config), `my-demo-v2-${configHash(config).slice(0, 8)}`);
  });

  it('changes with every setting', () => {
    assert.notEqual(configHash({ ...config, seed: 2 }), configHash(config));
  });

  it('does not change with the order of keys', () => {
    const { seed, ...rest } = config;

    assert.equal(configHash({ ...rest, seed }), configHash(config));
  });
});

describe('runId', () => {
  it('accepts letters, digits, dots, lines and dashes', () => {
    assert.equal(runId('Nightly-2026.11_23'), 'Nightly-2026.11_23');
  });

  for (const wrong of ['', '-x', 'a/b', 'ä', 'a b', 'x'.repeat(81)])
    it(`refuses ${JSON.stringify(wrong.slice(0, 10))}`, () => {
      assert.throws(() => runId(wrong), InputError);
    });
});
