import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from '../../src/config/load.ts';
import { exportFiles, exportFormats } from '../../src/domain/export/formats.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { eventually } from '../support/eventually.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const lighthouses: JsonObject = {
  seed: 1,
  environments: {
    sources: [
      { mode: 'domain', domain: 'Lighthouse keeping', hops: { min: 2, max: 3 }, repeats: 2 },
      { mode: 'scenario', file: join(checkout, 'configs/data/scenarios.jsonl'), count: 2 },
    ],
    selection: { percentile: 0 },
  },
};

/** Three questions, one after the other, scored and no more. */
const oneByOne = (domain: string): JsonObject => ({
  environments: { sources: [{ mode: 'domain', domain, hops: { min: 1, max: 2 }, repeats: 3 }], stopAfter: 'scores' },
  execution: { partitions: 1, window: 1, failureBudget: 1 },
});

describe('a run from the command line', function () {
  this.timeout(180_000);
  let stack: EmbeddedStack;
  let report: JsonObject;
  const run = 'lighthouses';

  before(async () => {
    stack = embeddedStack('run');
    await stack.up();
    const file = stack.config('lighthouses.yaml', lighthouses);
    const said = await stack.process({ interrupt: false }, '--json', 'run', file, '--run', run);
    assert.equal(said.code, 0, said.stderr);
    report = JSON.parse(said.stdout) as JsonObject; // with --json a command prints one object
  });
  after(() => stack.remove());

  it('goes to its end and says what it made and what it cost', () => {
    assert.deepEqual([report['run'], report['status'], report['phase']], [run, 'completed', 'ended']);
    assert.deepEqual(at(report, 'counts', 'question'), { ok: 2 });
    assert.ok(Number(at(report, 'counts', 'instance', 'ok')) >= 1);
    assert.deepEqual(at(report, 'counts', 'scenario'), { ok: 2 });
    assert.ok(Number(at(report, 'spend', 'calls')) > 10);
    assert.match(String(report['temporalUi']), /workflows\/astra%2Flighthouses$/);
    assert.equal(report['teacher'], 'offline teacher (stand-in, no model)');
  });

  it('is the same run when it is started again: nothing is asked twice', async () => {
    await stack.teach({ forget: true });
    const again = await stack.json('run', join(stack.home, 'lighthouses.yaml'), '--run', run);

    assert.deepEqual([again['run'], again['status']], [run, 'completed']);
    assert.deepEqual([again['createdAt'], again['updatedAt']], [report['createdAt'], report['updatedAt']]);
    assert.deepEqual([again['counts'], again['spend']], [report['counts'], report['spend']]);
    assert.equal((await stack.asked()).asked, 0);
    const listed = await stack.json('list');
    assert.equal(JSON.stringify(listed).split(`"${run}"`).length - 1, 1);
  });

  it('is refused under its id with another configuration, naming the difference', async () => {
    const changed = stack.config('changed.yaml', { ...lighthouses, seed: 2 });
    const { code, stdout, stderr } = await stack.astra('run', changed, '--run', run);

    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /run lighthouses exists with another configuration \(stored → given\):\n {2}seed: 1 → 2\n/);
  });

  it('stands in the store for everyone to see', async () => {
    const status = await stack.json('status', run);

    const { temporalUi: _, forecast: __, ...shown } = report;
    const { forecast, ...same } = status;
    assert.deepEqual(same, shown);
    assert.deepEqual(forecast, { secondsLeft: null });
    assert.deepEqual(status['queues'], []);
  });

  it('is written to files, every time the same bytes, each with its digest', async () => {
    const digests: unknown[] = [];
    for (const folder of ['first', 'second']) {
      const to = join(stack.home, folder);
      const { files } = await stack.json('export', run, '--to', to, '--format', exportFormats.join(','));
      const written = exportFormats.map((_, index) => [at(files, index, 'path'), at(files, index, 'sha256')]);
      const expected = exportFormats.map((format) => {
        const path = join(to, exportFiles[format]);
        return [path, createHash('sha256').update(readFileSync(path)).digest('hex')];
      });
      assert.deepEqual(written, expected);
      digests.push(expected.map(([, digest]) => digest));
    }
    assert.deepEqual(digests[1], digests[0]);
  });

  it('explains each environment and tool down to calls and verdicts', async () => {
    await stack.astra('export', run, '--to', join(stack.home, 'rows'), '--format', 'environments');
    const [row = ''] = readFileSync(join(stack.home, 'rows', exportFiles.environments), 'utf8').split('\n');
    const environment = JSON.parse(row) as JsonObject; // a row is an object
    const tool = String(at(environment, 'tools', 0, 'id'));

    const explained = await stack.json('explain', String(environment['id']));
    assert.equal(explained['kind'], 'environment');
    assert.deepEqual(explained['runs'], [run]);
    assert.ok(JSON.stringify(explained['parents']).includes(String(environment['instanceId'])));
    assert.ok(JSON.stringify(explained['parents']).includes(tool));
    const ofTool = await stack.json('explain', tool);
    assert.equal(ofTool['kind'], 'tool');
    assert.match(JSON.stringify(ofTool['calls']), /environment\/tool-implementation/);
    assert.match(JSON.stringify(ofTool['verdicts']), /accepted/);
    const nothing = await stack.astra('explain', 'no-such-id');
    assert.deepEqual([nothing.code, /has the id "no-such-id"/.test(nothing.stderr)], [2, true]);
  });

  it('holds environments with state, explained and proven again from the file alone', async () => {
    const to = join(stack.home, 'stateful');
    await stack.astra('export', run, '--to', to, '--format', 'stateful');
    const file = join(to, exportFiles.stateful);
    const rows = readFileSync(file, 'utf8').trim().split('\n');
    const [first = {}] = rows.map((row) => JSON.parse(row) as JsonObject); // a row is an object

    assert.equal(rows.length, 2);
    assert.deepEqual(at(await stack.json('verify', 'environments', file), 'accepted'), 2);
    const explained = await stack.json('explain', String(first['id']));
    assert.equal(explained['kind'], 'environment');
    assert.ok(JSON.stringify(explained['parents']).includes(String(first['scenarioId'])));
    assert.match(JSON.stringify(explained['calls']), /stateful\/plan/);
    assert.equal((await stack.json('explain', String(first['scenarioId'])))['kind'], 'scenario');
  });

  it('is proven by the audit', async () => {
    const proof = await stack.json('audit', run);

    assert.deepEqual(proof['findings'], []);
    assert.equal(at(proof, 'environments', 'replayed'), Number(at(report, 'counts', 'instance', 'ok')) + 2);
    assert.ok(Number(at(proof, 'ids', 'checked')) > 0);
    assert.equal(at(proof, 'ledger', 'differing', 'length'), 0);
  });

  it('pauses between items, shows it, and goes on when told', async () => {
    const open = (now: JsonObject): number =>
      Number(at(now, 'counts', 'question', 'open') ?? 0) + Number(at(now, 'counts', 'instance', 'open') ?? 0);
    await stack.teach({ latencyMs: 400, forget: true });
    const file = stack.config('held.yaml', oneByOne('Wells'));
    assert.deepEqual(await stack.json('run', file, '--run', 'held', '--detach'), { run: 'held', status: 'running' });
    await eventually('a first question', stack.asked, ({ asked }) => asked > 0);

    assert.equal((await stack.json('pause', 'held'))['status'], 'paused');
    await eventually(
      'shown',
      () => stack.json('status', 'held'),
      (now) => now['status'] === 'paused',
    );
    const asked = async (): Promise<number> => (await stack.asked()).asked;
    const after = async (): Promise<readonly number[]> => [await asked(), (await sleep(3_000), await asked())];
    const [quiet] = await eventually('the item in flight ends', after, ([first, second]) => first === second);
    const paused = await stack.json('status', 'held');
    assert.ok(open(paused) > 0, JSON.stringify(paused['counts']));
    assert.equal(await asked(), quiet);

    await stack.teach({ latencyMs: 0 });
    assert.equal((await stack.json('resume', 'held'))['status'], 'running');
    const ended = await stack.json('status', 'held', '--watch');
    assert.deepEqual([ended['status'], open(ended), at(ended, 'counts', 'question', 'ok')], ['completed', 0, 3]);
  });

  it('leaves the run alone on Ctrl-C and says how to attach again', async () => {
    const file = stack.config('left.yaml', oneByOne('Canals'));
    const left = await stack.process({ interrupt: true }, 'run', file, '--run', 'left');

    assert.equal(left.code, 130);
    assert.match(left.stderr, /detached; left goes on\. Attach again: astra status left --watch/);
    const ended = await stack.json('status', 'left', '--watch');
    assert.equal(ended['status'], 'completed');
  });

  it('opens failed items again after a fix, and no finished one', async () => {
    await stack.teach({ faults: 'refusal@decompose:0.5' });
    const ended = await stack.json('run', stack.config('mend.yaml', oneByOne('Mills')), '--run', 'mend');
    const failed = Number(at(ended, 'counts', 'question', 'failed:Provider.ContentFilter'));
    const good = Number(at(ended, 'counts', 'question', 'ok'));
    assert.deepEqual([failed > 0, good > 0, failed + good], [true, true, 3], JSON.stringify(ended['counts']));

    await stack.teach({ faults: '', forget: true });
    const other = await stack.json('retry', 'mend', '--rule', 'schema_invalid');
    assert.equal(other['reopened'], 0);
    const retried = await stack.json('retry', 'mend', '--only', 'failed', '--rule', 'Provider.ContentFilter');
    assert.equal(retried['reopened'], failed);
    const mended = await stack.json('status', 'mend', '--watch');
    assert.equal(mended['status'], 'completed');
    assert.deepEqual(mended['counts'] && at(mended, 'counts', 'question'), { ok: 3 });
    const { calls } = mended['spend'] as { calls: number }; // counted by the ledger
    assert.equal((await stack.asked()).asked, calls - Number(at(ended, 'spend', 'calls')));
  });
});
