import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { recordChain } from '../../../src/activities/store/chains.ts';
import { loadGraphView } from '../../../src/activities/store/graph-view.ts';
import { claimItems, closeItem, countItems } from '../../../src/activities/store/items.ts';
import { reopenItems } from '../../../src/activities/store/retry.ts';
import { recordGraph } from '../../../src/activities/store/tool-graphs.ts';
import { planTools } from '../../../src/activities/store/tool-plan.ts';
import { formToolPool, recordServer } from '../../../src/activities/store/tool-servers.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { openStore, run } from './store-fixture.ts';

const toolList = (...names: string[]): Json =>
  names.map((name) => ({ name, description: `The tool to ${name}`, parameters: { type: 'object', properties: {} } }));
const row = (name: string, tools: Json, chains: Json = []): JsonObject => ({
  base_info: { group_info: { server_name: name, domain: 'desk' }, tool_list: tools },
  graph: { graph_detect: chains },
});
const three = toolList('open_case', 'read_case', 'close_case');

describe('chain building in the store', function () {
  this.timeout(60_000);
  let pool: Pool;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-chains-'));
  });
  afterEach(async () => {
    await pool.end();
    rmSync(folder, { recursive: true });
  });

  /** A run over one file of servers. */
  async function open(rows: readonly Json[], more: JsonObject = {}, source: JsonObject = {}): Promise<void> {
    const file = join(folder, 'servers.jsonl');
    writeFileSync(file, rows.map((one) => JSON.stringify(one)).join('\n'));
    pool = await openStore({ trajectories: { servers: [{ file, ...source }], ...more } });
  }
  const claim = async (kind: 'server' | 'graph' | 'chain') =>
    (await claimItems(pool, { runId: run, kind, partition: 0, partitions: 1, after: -1, limit: 50 })).items;
  const count = (kind: 'server' | 'graph' | 'chain') => countItems(pool, { runId: run, kind });
  const save = (value: JsonObject): Promise<BlobHash> => saveValue(pool, value);

  async function poolServers(): Promise<void> {
    await planTools(pool, { runId: run });
    for (const { id } of await claim('server')) await recordServer(pool, { runId: run, id, listing: null });
    await formToolPool(pool, { runId: run });
  }

  /** Chains of a single server, from one reply. */
  async function openChains(chains: readonly string[][]): Promise<void> {
    await poolServers();
    const [graph] = await claim('graph');
    const reply = await save({ chains: chains.map((tools) => ({ verdict: 'yes', tools, task: 'A task.' })) });
    await recordGraph(pool, { runId: run, id: graph?.id ?? '', replies: [{ sample: 0, slice: 0, reply }] });
  }

  it('plans servers once, in file order, each refused one with its rule', async () => {
    const bad = { mcpServers: { a: { command: 'x', env: { API_KEY: 'abc' } }, b: { command: 'x' } } };
    await open([row('one', three), row('one', three), bad, { no: 'server' }], {}, { skipInvalid: true });

    const first = await planTools(pool, { runId: run });

    assert.deepEqual(first, { servers: 2, rejected: 3 });
    assert.deepEqual(await planTools(pool, { runId: run }), first);
    assert.deepEqual(await count('server'), {
      open: 2,
      'rejected:duplicate': 1,
      'rejected:row_invalid': 1,
      'rejected:secret_in_file': 1,
    });
    assert.deepEqual(
      (await claim('server')).map(({ imported }) => imported),
      [true, false],
    );
  });

  it('refuses a file with a bad row, naming it, unless it may be skipped', async () => {
    await open([row('one', three), { no: 'server' }]);

    await assert.rejects(planTools(pool, { runId: run }), /trajectories\.servers\[0\].*\nrow 2: expected/s);
  });

  it('refuses names that the file does not have', async () => {
    await open([row('one', three)], {}, { include: ['one', 'two'] });

    await assert.rejects(planTools(pool, { runId: run }), /the file has no server "two"/);
  });

  it('closes a server with its rule, and pools equal ones once', async () => {
    const empty: Json = [];
    await open([
      row('one', three),
      row('same', three),
      row('small', toolList('open_case', 'read_case')),
      row('none', empty),
    ]);

    await poolServers();

    assert.deepEqual(await count('server'), { ok: 2, 'rejected:no_tools': 1, 'rejected:too_few_tools': 1 });
    assert.deepEqual(await count('graph'), { open: 1, 'rejected:duplicate_server': 1 });
    assert.deepEqual(await formToolPool(pool, { runId: run }), { servers: 1, duplicates: 1, tools: 3 });
  });

  it('takes what a server itself listed, with the words it has for itself', async () => {
    await open([{ mcpServers: { desk: { command: 'desk' } } }]);
    await planTools(pool, { runId: run });
    const [server] = await claim('server');
    const tools = ['open_case', 'read_case', 'close_case'].map((name) => ({
      name,
      description: `To ${name} of a person`,
    }));
    const listing = await save({ title: 'Desk', description: 'Keeps cases.', protocol: '2025-06-18', tools });

    const outcome = await recordServer(pool, { runId: run, id: server?.id ?? '', listing });
    await formToolPool(pool, { runId: run });

    assert.deepEqual(outcome, { status: 'ok' });
    const { graphs } = await loadGraphView(pool, run);
    assert.deepEqual([graphs[0]?.server.title, graphs[0]?.server.tools.length], ['Desk', 3]);
    assert.equal((await claim('graph'))[0]?.slices, 1);
  });

  it('opens the chains of a graph, which know their server; a second record changes nothing', async () => {
    await open([row('one', three)]);

    await openChains([
      ['open_case', 'read_case', 'close_case'],
      ['open_case', 'ghost'],
    ]);
    const chains = await claim('chain');
    const [opened] = (await loadGraphView(pool, run)).graphs;
    const again = await recordGraph(pool, { runId: run, id: opened?.id ?? '', replies: [] });

    assert.equal(again.chains, chains.length);
    assert.ok(chains.length >= 2);
    const [graph] = (await loadGraphView(pool, run)).graphs;
    assert.deepEqual(
      graph?.graph?.edges.map(({ from, to, weight }) => [from, to, weight]),
      [
        ['open_case', 'read_case', 1],
        ['read_case', 'close_case', 1],
      ],
    );
    assert.deepEqual(
      graph?.graph?.refused.map(({ rule }) => rule),
      ['unknown_tool'],
    );
    assert.ok(chains.every(({ server }) => server !== null && server !== undefined));
  });

  it('takes given chains without any reply', async () => {
    await open([row('one', three, [['open_case', 'close_case']])]);
    await poolServers();
    const [graph] = await claim('graph');

    const recorded = await recordGraph(pool, { runId: run, id: graph?.id ?? '', replies: [] });

    assert.equal(graph?.imported, true);
    assert.deepEqual([recorded.outcome.status, recorded.edges, recorded.chains], ['ok', 1, 1]);
  });

  it('tells a server without dependencies from one that was never answered', async () => {
    await open([row('one', three), row('two', toolList('a_case', 'b_case', 'c_case'))]);
    await poolServers();
    const [one, two] = await claim('graph');
    const reply = await save({ chains: [] });

    const none = await recordGraph(pool, { runId: run, id: one?.id ?? '', replies: [{ sample: 0, slice: 0, reply }] });
    const lost = await recordGraph(pool, {
      runId: run,
      id: two?.id ?? '',
      replies: [{ sample: 0, slice: 0, reply: null }],
    });

    assert.equal(none.outcome.status === 'rejected' && none.outcome.rule, 'no_edges');
    assert.equal(lost.outcome.status === 'quarantined' && lost.outcome.judge, 'trajectory/chain-proposal');
  });

  it('gates: rejected chains stay rejected with their operator, whatever the others would say', async () => {
    await open([row('one', three)], { chains: { operators: ['vote'], votes: 3 } });
    await openChains([['open_case', 'read_case']]);
    const [chain] = await claim('chain');
    const no = await save({ reason: '', is_valid: false, task_description: '', user_query: '', task_plan: '' });
    const record = (votes: (BlobHash | null)[]) =>
      recordChain(pool, {
        runId: run,
        id: chain?.id ?? '',
        asked: ['vote'],
        dependency: null,
        votes,
        backTranslations: [],
      });

    const outcome = await record([no, no]);

    assert.deepEqual(outcome, { status: 'rejected', rule: 'chain_vote', detail: '0 for, 2 against, 0 missing' });
    assert.deepEqual(await record([null, null, null]), outcome);
    assert.deepEqual(await claim('chain'), []);
  });

  it('never takes a judge that is out for a verdict', async () => {
    await open([row('one', three)], { chains: { operators: ['vote'], votes: 3 } });
    await openChains([['open_case', 'read_case']]);
    const [chain] = await claim('chain');
    const votes = [null, null, null];

    await recordChain(pool, {
      runId: run,
      id: chain?.id ?? '',
      asked: ['vote'],
      dependency: null,
      votes,
      backTranslations: [],
    });

    assert.deepEqual(await count('chain'), { 'quarantined:trajectory/chain-vote': 1 });
    assert.equal(await reopenItems(pool, run, { only: 'quarantined' }), 1);
    assert.equal((await claim('chain'))[0]?.round, 1);
  });

  it('opens a failed server again for a correction, and nothing of other kinds', async () => {
    await open([{ mcpServers: { desk: { command: 'desk' } } }]);
    await planTools(pool, { runId: run });
    const [server] = await claim('server');
    const outcome = { status: 'failed', class: 'ToolServer.Timeout', detail: 'no answer' } as const;
    await closeItem(pool, { runId: run, kind: 'server', id: server?.id ?? '', outcome });

    assert.equal(await reopenItems(pool, run, { only: 'failed', stage: 'judging' }), 0);
    assert.equal(await reopenItems(pool, run, { only: 'failed', stage: 'server' }), 1);
    assert.deepEqual(
      (await loadGraphView(pool, run)).left.map(({ name, outcome: key }) => [name, key]),
      [['desk', 'open']],
    );
  });
});
