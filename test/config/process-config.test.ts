import assert from 'node:assert/strict';
import { ConfigError } from '../../src/config/config-error.ts';
import { homeFolder, processConfig } from '../../src/config/process-config.ts';
import { emptyStack, type StackFile } from '../../src/config/stack-file.ts';

const stack: StackFile = {
  ...emptyStack(),
  temporal: { address: '127.0.0.1:7233', namespace: 'astra', ui: 'http://127.0.0.1:8233' },
  postgres: { url: 'postgres://astra@127.0.0.1:5433/astra' },
  teacher: { baseUrl: 'http://127.0.0.1:8088/v1', kind: 'offline' },
};

describe('processConfig', () => {
  it('takes every address from the embedded stack when the environment names none', () => {
    const config = processConfig({}, '/home/astra', stack);

    assert.equal(config.temporal?.address, '127.0.0.1:7233');
    assert.equal(config.temporal.namespace, 'astra');
    assert.equal(config.databaseUrl, 'postgres://astra@127.0.0.1:5433/astra');
    assert.deepEqual(config.teacher, { baseUrl: 'http://127.0.0.1:8088/v1', kind: 'offline', hasKey: false });
    assert.deepEqual(config.outside, { temporal: false, postgres: false, teacher: false, trainer: false });
  });

  it('takes the environment before the embedded stack, and says which parts are outside', () => {
    const environment = {
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'research',
      DATABASE_URL: 'postgres://db.example/astra',
      OPENAI_BASE_URL: 'https://models.example/v1',
      ASTRA_TRAINER_URL: 'http://gpu.example:9000',
    };

    const config = processConfig(environment, '/home/astra', stack);

    assert.equal(config.temporal?.address, 'temporal.example:7233');
    assert.equal(config.temporal.namespace, 'research');
    assert.equal(config.databaseUrl, 'postgres://db.example/astra');
    assert.equal(config.teacher.baseUrl, 'https://models.example/v1');
    assert.equal(config.teacher.kind, 'external');
    assert.deepEqual(config.outside, { temporal: true, postgres: true, teacher: true, trainer: true });
  });

  it('reads a key alone as the address of its provider, and keeps the key itself out of the settings', () => {
    const config = processConfig({ OPENAI_API_KEY: 'sk-topsecret' }, '/home/astra', undefined);

    assert.equal(config.teacher.baseUrl, 'https://api.openai.com/v1');
    assert.equal(config.teacher.hasKey, true);
    assert.ok(!JSON.stringify(config).includes('topsecret'));
  });

  it('takes an empty variable for one that is not set', () => {
    const config = processConfig({ DATABASE_URL: '', TEMPORAL_ADDRESS: '', OPENAI_BASE_URL: '' }, '/home/astra', stack);

    assert.deepEqual(config.outside, { temporal: false, postgres: false, teacher: false, trainer: false });
  });

  it('knows no address before anything was started', () => {
    const config = processConfig({}, '/home/astra', undefined);

    assert.equal(config.temporal, undefined);
    assert.equal(config.databaseUrl, undefined);
    assert.equal(config.teacher.kind, 'none');
  });

  it('refuses an address of the wrong kind without printing its password', () => {
    assert.throws(
      () => processConfig({ DATABASE_URL: 'mysql://me:topsecret@host/db' }, '/home/astra', undefined),
      new ConfigError([
        {
          where: 'DATABASE_URL',
          path: '',
          got: 'a text of 28 characters that is none',
          expected: 'an address that starts with postgres:// or postgresql://',
          todo: 'Correct or unset DATABASE_URL.',
        },
      ]),
    );
  });

  it('refuses an unknown log level', () => {
    assert.throws(() => processConfig({ ASTRA_LOG_LEVEL: 'loud' }, '/home/astra', undefined), {
      message:
        'ASTRA_LOG_LEVEL: got "loud"; expected one of trace, debug, info, warn, error. Correct or unset ASTRA_LOG_LEVEL.',
    });
  });
});

describe('homeFolder', () => {
  it('prefers the flag, then ASTRA_HOME, then the folder of the checkout', () => {
    assert.equal(homeFolder('/flag', { ASTRA_HOME: '/variable' }, '/checkout'), '/flag');
    assert.equal(homeFolder(undefined, { ASTRA_HOME: '/variable' }, '/checkout'), '/variable');
    assert.equal(homeFolder(undefined, {}, '/checkout'), '/checkout/.astra');
  });
});
