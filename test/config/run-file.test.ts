import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/config-error.ts';
import { readRunFile } from '../../src/config/run-file.ts';

const domain = 'environments: { sources: [{ mode: domain, domain: tides }] }';

interface WrongFile {
  readonly title: string;
  readonly yaml: string;
  /** Everything after the folder; %s stands for the file. */
  readonly message: string;
}

const wrongFiles: readonly WrongFile[] = [
  {
    title: 'an unknown key with its nearest known key',
    yaml: `sed: 1\n${domain}`,
    message:
      '%s:1:1: sed: got the unknown key "sed"; expected one of seed, models, budget, environments, trajectories, sft, rl, evaluation, gates, execution. Did you mean "seed"?',
  },
  {
    title: 'an unknown key that is near to none',
    yaml: `${domain}\nbananas: true`,
    message:
      '%s:2:1: bananas: got the unknown key "bananas"; expected one of seed, models, budget, environments, trajectories, sft, rl, evaluation, gates, execution. Remove it.',
  },
  {
    title: 'a value of the wrong type',
    yaml: `${domain}\nseed: seven`,
    message: '%s:2:7: seed: got "seven"; expected a number. Change it.',
  },
  {
    title: 'a choice that does not exist, with the nearest one',
    yaml: 'environments:\n  sources:\n    - mode: corpsu\n      file: %s\n',
    message:
      '%s:3:13: environments.sources[0].mode: got "corpsu"; expected one of "domain", "list", "corpus", "question", "taxonomy", "decomposition", "scenario", "environment". Did you mean "corpus"?',
  },
  {
    title: 'a number below its bound',
    yaml: `${domain}\nexecution: { window: 0 }`,
    message: '%s:2:22: execution.window: got 0; expected a number of at least 1. Change it.',
  },
  {
    title: 'a rule over several keys',
    yaml: 'environments: { sources: [{ mode: domain, domain: tides, hops: { min: 4, max: 2 } }] }',
    message:
      '%s:1:64: environments.sources[0].hops: got {"min":4,"max":2}; expected that hops.min must not be greater than hops.max. Change it.',
  },
  {
    title: 'the key of the alternative that was meant',
    yaml: 'environments: { sources: [{ mode: domain, domain: tides }], selection: { percentile: 90, treshold: 1 } }',
    message:
      '%s:1:90: environments.selection.treshold: got the unknown key "treshold"; expected one of percentile, threshold. Did you mean "threshold"?',
  },
  {
    title: 'a key under its plain name, without printing it',
    yaml: `${domain}\nmodels: { default: { apiKey: sk-topsecret } }`,
    message:
      '%s:2:22: models.default.apiKey: got what looks like a secret (not shown); expected no secret in a file. Remove it and set it in the environment: export OPENAI_API_KEY=…; another name goes into apiKeyEnv.',
  },
  {
    title: 'a key where the name of its variable belongs, without printing it',
    yaml: `${domain}\nmodels: { default: { apiKeyEnv: sk-topsecret } }`,
    message:
      '%s:2:33: models.default.apiKeyEnv: got a text of 12 characters; expected a text of the form /^[A-Z][A-Z0-9_]*$/. Name the environment variable that holds the key, never the key: apiKeyEnv: OPENAI_API_KEY.',
  },
  {
    title: 'an address with a password, without printing it',
    yaml: `${domain}\nmodels: { default: { baseUrl: "https://me:topsecret@host/v1" } }`,
    message:
      '%s:2:22: models.default.baseUrl: got what looks like a secret (not shown); expected no secret in a file. Remove it and set it in the environment: export OPENAI_API_KEY=…; another name goes into apiKeyEnv.',
  },
  {
    title: 'a configuration without a stage',
    yaml: 'seed: 1',
    message:
      '%s: got a configuration without a stage; expected at least one stage: environments, trajectories. Add environments.',
  },
  {
    title: 'an empty file',
    yaml: '# nothing\n',
    message: '%s: got null; expected a mapping. Change it.',
  },
];

describe('readRunFile', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-config-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const { title, yaml, message } of wrongFiles)
    it(`names ${title}`, () => {
      const file = join(folder, 'wrong.yaml');
      writeFileSync(file, yaml.replaceAll('%s', file));

      assert.equal(messageOf(file), message.replaceAll('%s', file));
    });

  it('names the line of broken YAML', () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, 'seed: 1\nmodels: {default: [\n');

    assert.match(messageOf(file), /broken\.yaml:3:1: got .*; expected valid YAML\. Correct this line\.$/m);
  });

  it('says what to try when the file is not there', () => {
    assert.equal(
      messageOf('/nowhere/demo.yaml'),
      '/nowhere/demo.yaml: got no such file; expected a configuration file (YAML). Try configs/demo.yaml, or see `astra config schema`.',
    );
  });

  it('names a source file that does not exist, by its full path', () => {
    const file = join(folder, 'missing.yaml');
    writeFileSync(file, 'environments:\n  sources:\n    - { mode: list, file: data/none.jsonl }\n');

    assert.equal(
      messageOf(file),
      `${file}:3:27: environments.sources[0].file: got ${folder}/data/none.jsonl, which does not exist; expected a file. Correct the path: it is relative to the configuration file.`,
    );
  });

  it('reports all problems at once, one line each', () => {
    const file = join(folder, 'many.yaml');
    writeFileSync(file, `${domain}\nseed: x\ngates: [never]\n`);

    assert.equal(messageOf(file).split('\n').length, 2);
  });

  it('makes source files absolute, from the folder of the configuration', () => {
    const file = join(folder, 'good.yaml');
    writeFileSync(join(folder, 'rows.jsonl'), '');
    writeFileSync(file, 'environments: { sources: [{ mode: list, file: rows.jsonl }] }');

    assert.equal(readRunFile(file).environments?.sources[0]?.file, join(folder, 'rows.jsonl'));
  });

  it('names every file of trajectory synthesis that does not exist, and makes the others absolute', () => {
    const file = join(folder, 'trajectories.yaml');
    const stage = (name: string): string =>
      [
        'trajectories:',
        `  servers: [{ file: ${name} }]`,
        `  tasks: { augment: { modes: [persona], personas: { file: ${name}, licence: MIT } } }`,
        `  episodes: { recordingsFile: ${name} }`,
        `  selection: { contamination: [${name}] }`,
      ].join('\n');
    writeFileSync(file, stage('none.json'));
    assert.deepEqual(
      messageOf(file)
        .split('\n')
        .map((line) => /:\d+:\d+: (\S+): got /.exec(line)?.[1]),
      [
        'trajectories.servers[0].file',
        'trajectories.tasks.augment.personas.file',
        'trajectories.episodes.recordingsFile',
        'trajectories.selection.contamination[0]',
      ],
    );

    writeFileSync(join(folder, 'some.json'), '');
    writeFileSync(file, stage('some.json'));
    const { trajectories } = readRunFile(file);
    assert.equal(trajectories?.episodes.recordingsFile, join(folder, 'some.json'));
    assert.equal(trajectories.tasks.augment.personas?.file, join(folder, 'some.json'));
    assert.deepEqual(trajectories.selection.contamination, [join(folder, 'some.json')]);
  });

  it('decides every default', () => {
    const file = join(folder, 'defaults.yaml');
    writeFileSync(file, domain);

    const { seed, execution, environments } = readRunFile(file);

    assert.equal(seed, 1);
    assert.deepEqual(execution, { partitions: 2, window: 12, failureBudget: 0.2 });
    assert.deepEqual(environments?.selection, { percentile: 90 });
  });
});

function messageOf(file: string): string {
  try {
    readRunFile(file);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return assert.fail(`${file} was accepted`);
}
