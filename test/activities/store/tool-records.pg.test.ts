import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { ConfigError } from '../../../src/activities/failures.ts';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { createPool, query } from '../../../src/activities/store/pool.ts';
import { eachRecording, importRecordings } from '../../../src/activities/store/tool-recordings.ts';
import { createToolRecords } from '../../../src/activities/store/tool-records.ts';
import { eachRecordedWay } from '../../../src/activities/store/tool-ways.ts';
import { hashText, type RunId } from '../../../src/domain/ids.ts';
import type { Observation } from '../../../src/domain/tool-call/schema.ts';
import { firstState, nextState } from '../../../src/domain/tool-call/state-key.ts';
import { freshDatabase } from '../../support/postgres.ts';

let server: string = hashText('server');
const runId = 'run-a' as RunId;
const said = (text: string): Observation => ({ status: 'ok', text, recognisedBy: null, structured: null, notes: [] });

describe('recorded answers of tool servers', function () {
  this.timeout(120_000);
  let pool: Pool;
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-test-'));
  });
  beforeEach(async () => {
    pool = await database();
  });
  afterEach(() => pool.end());
  after(() => rmSync(folder, { recursive: true }));

  async function database(): Promise<Pool> {
    const fresh = createPool({ connectionString: await freshDatabase() });
    await query(fresh, "insert into run (id, config, config_hash) values ($1, '{}', 'x')", [runId]);
    return fresh;
  }

  /** Records calls one after the other; returns the states, the first one before any call. */
  async function record(names: readonly string[]): Promise<string[]> {
    const records = createToolRecords(pool);
    const states = [firstState(server, '')];
    for (const name of names) {
      const previous = states.at(-1) ?? '';
      const request = { name, arguments: {} };
      const requestHash = await saveValue(pool, request);
      const state = nextState(previous, requestHash);
      await records.keep({ state, previous, request, requestHash, observation: said(`did ${name}`), server });
      await records.noteUse(runId, state);
      states.push(state);
    }
    return states;
  }

  it('lead back to the beginning of their chain, first call first', async () => {
    const states = await record(['a', 'b', 'c']);
    const chain = await createToolRecords(pool).chainTo(states[3] ?? '');

    assert.deepEqual(
      chain.map(({ request, previous, observation }) => [request.name, states.indexOf(previous), observation.text]),
      [
        ['a', 0, 'did a'],
        ['b', 1, 'did b'],
        ['c', 2, 'did c'],
      ],
    );
    assert.deepEqual(await createToolRecords(pool).chainTo(states[0] ?? ''), []);
  });

  it('are written once: who comes second is told what stands', async () => {
    const records = createToolRecords(pool);
    const [, state = ''] = await record(['a']);
    const first = await records.find(state);
    assert.ok(first !== undefined);
    const second = await records.keep({ ...first, observation: said('something else'), server });

    assert.equal(second.observation.text, 'did a');
    assert.equal(second.observationHash, first.observationHash);
  });

  it('are found as the ways that a run went, each to its end', async () => {
    const about = {
      title: '',
      description: '',
      domain: 'tests',
      licence: null,
      origin: 'mcp',
      dropped: [],
      chains: [],
    };
    const reach = { kind: 'http', url: 'http://127.0.0.1:9/', headers: {} };
    server = await saveValue(pool, { name: 'items', reach, tools: [], ...about });
    await record(['a', 'b']);
    await record(['a', 'c', 'd']);
    const ways = await Array.fromAsync(eachRecordedWay(pool, runId));

    assert.deepEqual(
      ways.map(({ name, calls }) => `${name}: ${calls.map(({ request }) => request.name).join(' ')}`).toSorted(),
      ['items: a b', 'items: a c d'],
    );
    assert.deepEqual(await Array.fromAsync(eachRecordedWay(pool, runId, 'others')), []);
    await assert.rejects(Array.fromAsync(eachRecordedWay(pool, 'no-run')), /No run "no-run"/);
  });

  it('remember which calls were begun', async () => {
    const { begin, unbegin } = createToolRecords(pool);

    assert.deepEqual([await begin('s'), await begin('s')], [true, false]);
    await unbegin('s');
    assert.equal(await begin('s'), true);
  });

  it('come back from a file as they were, and twice is once', async () => {
    const states = await record(['a', 'b']);
    const listing = await saveValue(pool, { title: 't', description: '', protocol: '', tools: [] });
    await createToolRecords(pool).keepListing(runId, { source: hashText('source'), listing });
    const lines = await Array.fromAsync(eachRecording(pool, runId));
    const file = join(folder, 'recordings.jsonl');
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const other = await database();
    const counts = [await importRecordings(other, file), await importRecordings(other, file)];
    const chain = await createToolRecords(other).chainTo(states[2] ?? '');
    const listed = await createToolRecords(other).findListing(hashText('source'));
    await other.end();

    assert.deepEqual([lines.length, ...counts], [3, 3, 3]);
    assert.deepEqual(
      chain.map(({ observation }) => observation.text),
      ['did a', 'did b'],
    );
    assert.equal(listed, listing);
  });

  it('are refused from a file whose states do not follow from its calls', async () => {
    await record(['a']);
    const [line] = await Array.fromAsync(eachRecording(pool, runId));
    const file = join(folder, 'forged.jsonl');
    writeFileSync(file, JSON.stringify(line).replace('"name":"a"', '"name":"z"'));

    await assert.rejects(
      importRecordings(pool, file),
      (error) => error instanceof ConfigError && /line 1: the state does not follow/.test(error.message),
    );
    await assert.rejects(importRecordings(pool, join(folder, 'none.jsonl')), ConfigError);
  });
});
