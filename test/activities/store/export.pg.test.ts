import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createStoreActivities } from '../../../src/activities/store/activities.ts';
import { exportRun } from '../../../src/activities/store/export.ts';
import { exportFormats } from '../../../src/domain/export/formats.ts';
import type { InstanceId } from '../../../src/domain/ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { buildEnvironment, decomposeAll, decompositionRow, goodScores, importedRun } from './made-up-run.ts';
import { openStore, run } from './store-fixture.ts';

/** The same work in a database of its own, in plan order or against it. */
async function finishedRun(backwards: boolean): Promise<Pool> {
  const pool = await importedRun([decompositionRow('Aarhus'), decompositionRow('Bergen'), decompositionRow('bergen')]);
  const instances = await decomposeAll(pool, backwards);
  const store = createStoreActivities(pool);
  for (const instance of instances) await store.recordScores(await goodScores(pool, instance.id));
  await store.selectInstances({ runId: run });
  const { items } = await store.claimItems({
    runId: run,
    kind: 'instance',
    partition: 0,
    partitions: 1,
    after: -1,
    limit: 50,
  });
  for (const item of backwards ? [...items].reverse() : items) await buildEnvironment(pool, item.id as InstanceId);
  return pool;
}

/** Paths below a folder, as the file system spells them. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** One file of each package that goes with its rows. */
const programs = [
  'verifiers/pyproject.toml',
  'verifiers/astra_environments/astra_play/scoring.py',
  'openenv/astra_env/openenv.yaml',
  'openenv/astra_env/server/astra_play/scoring.py',
  'verl-rl/astra_reward.py',
  'verl-rl/astra_play/scoring.py',
];

describe('exporting a run', function () {
  this.timeout(60_000);

  it('writes the same bytes for the same work, whatever order it was done in', async () => {
    const digests: string[][] = [];
    for (const backwards of [false, true]) {
      const pool = await finishedRun(backwards);
      const to = temporaryFolder();
      const files = await exportRun(pool, run, { to, formats: exportFormats });
      await pool.end();
      digests.push(files.map((file) => `${file.format} ${file.rows} ${file.sha256}`));
      const written = await filesBelow(to);
      assert.deepEqual(written, files.map((file) => file.path.slice(to.length + 1)).sort());
      for (const program of programs) assert.ok(written.includes(program), program);
    }

    assert.deepEqual(digests[1], digests[0]);
    const counts = digests[0]?.map((line) => line.replace(/ \w+$/, '')) ?? [];
    const isProgram = (count: string): boolean => /^(?:verifiers|openenv|verl-rl) 1$/.test(count);
    assert.deepEqual(
      counts.filter((count) => !isProgram(count)),
      [
        'astra 2',
        'openai-tools 2',
        'environments 2',
        'stateful 0',
        'candidates 2',
        'decompositions 2',
        'astra-environments 2',
        'astra-servers 0',
        'astra-sub-chains 0',
        'astra-chains 0',
        'sft-messages 0',
        'verl-sft 0',
        'sharegpt 0',
        'astra-sft 0',
        'trajectories 0',
        'atif 0',
        'traces 0',
        'tasks 0',
        'recordings 0',
        'verifiers 2',
        'openenv 2',
        'nemo-gym 2',
        'verl-rl 2',
        'card 1',
        'verl-sft 1',
        'sharegpt 1',
      ],
    );
  });

  it('replaces a file as a whole and tells the digest of what it wrote', async () => {
    const pool = await finishedRun(false);
    const to = temporaryFolder();
    await writeFile(join(to, 'environments.jsonl'), 'old');

    const [file] = await exportRun(pool, run, { to, formats: ['environments', 'environments'] });
    await pool.end();

    const text = await readFile(join(to, 'environments.jsonl'), 'utf8');
    assert.equal(file?.sha256, createHash('sha256').update(text).digest('hex'));
    assert.equal(text.split('\n').length, 3);
    assert.equal(JSON.parse(text.split('\n')[0] ?? '').schemaVersion, 1);
  });

  it('of a run that made nothing has empty files and an honest card', async () => {
    const pool = await openStore();
    const to = temporaryFolder();

    const files = await exportRun(pool, run, { to, formats: ['astra', 'card'] });
    await pool.end();

    assert.deepEqual(
      files.map((file) => file.rows),
      [0, 1],
    );
    assert.match(await readFile(join(to, 'README.md'), 'utf8'), /\| environments \| 0 \|/);
  });

  it('needs a run that exists and a folder that can be written', async () => {
    const pool = await openStore();

    await assert.rejects(exportRun(pool, 'unknown', { to: temporaryFolder(), formats: ['astra'] }), {
      type: 'Store.NotFound',
    });
    await assert.rejects(exportRun(pool, run, { to: import.meta.filename, formats: ['astra'] }), {
      type: 'Store.BadInput',
    });
    await pool.end();
  });
});
