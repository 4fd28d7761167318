import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { recordChain } from '../../../src/activities/store/chains.ts';
import { explain } from '../../../src/activities/store/explain.ts';
import { exportRun } from '../../../src/activities/store/export.ts';
import { loadGraphView } from '../../../src/activities/store/graph-view.ts';
import { claimItems } from '../../../src/activities/store/items.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { recordGraph } from '../../../src/activities/store/tool-graphs.ts';
import { planTools } from '../../../src/activities/store/tool-plan.ts';
import { formToolPool, recordServer } from '../../../src/activities/store/tool-servers.ts';
import { checkChains } from '../../../src/cli/audit/check-chains.ts';
import { checkIds } from '../../../src/cli/audit/check-ids.ts';
import { readServers } from '../../../src/domain/tool-pool/read-servers.ts';
import { openStore, run } from './store-fixture.ts';

const tools = ['open_case', 'read_case', 'close_case'].map((name) => ({
  name,
  description: `The tool to ${name}`,
  parameters: { type: 'object', properties: {} },
}));
const server = {
  base_info: { group_info: { server_name: 'desk', domain: 'office' }, tool_list: tools },
  graph: {
    graph_detect: [
      ['open_case', 'read_case'],
      ['read_case', 'close_case'],
    ],
  },
};

describe('graphs and chains of a run, read again', function () {
  this.timeout(60_000);
  let pool: Pool;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astra-chain-rows-'));
    const file = join(folder, 'servers.jsonl');
    writeFileSync(file, JSON.stringify(server));
    const chains = { operators: ['vote'], votes: 1, maxLength: 2 };
    pool = await openStore({ trajectories: { servers: [{ file }], chains } });
    await buildRun();
  });
  afterEach(async () => {
    await pool.end();
    rmSync(folder, { recursive: true });
  });

  /** One server, two chains: the first passes, the second does not. */
  async function buildRun(): Promise<void> {
    const claim = async (kind: 'server' | 'graph' | 'chain') =>
      (await claimItems(pool, { runId: run, kind, partition: 0, partitions: 1, after: -1, limit: 50 })).items;
    await planTools(pool, { runId: run });
    for (const { id } of await claim('server')) await recordServer(pool, { runId: run, id, listing: null });
    await formToolPool(pool, { runId: run });
    for (const { id } of await claim('graph')) await recordGraph(pool, { runId: run, id, replies: [] });
    for (const [index, { id }] of (await claim('chain')).entries()) {
      const words = { task_description: 'A task', user_query: 'Please', task_plan: 'Do it' };
      const vote = await saveValue(pool, { reason: '', is_valid: index === 0, ...words });
      const rest = { asked: ['vote'] as const, dependency: null, votes: [vote], backTranslations: [] };
      await recordChain(pool, { runId: run, id, ...rest });
    }
  }

  const lines = (file: string): { [key: string]: unknown }[] =>
    readFileSync(join(folder, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it("are ASTRA's files, with the chains that passed and no others", async () => {
    await exportRun(pool, run, { to: folder, formats: ['astra-servers', 'astra-sub-chains', 'astra-chains'] });

    const [servers, subChains, verified] = ['mcp_servers.jsonl', '3_sub_chains.jsonl', '4_verified_output.jsonl'].map(
      lines,
    );
    assert.deepEqual([servers?.length, subChains?.length, verified?.length], [1, 1, 1]);
    assert.equal(Object(subChains?.[0]?.['graph']).sub_chains.length, 2);
    assert.deepEqual(Object(verified?.[0]?.['chain_info']).operator_results.vote, {
      verdict: 'valid',
      detail: '1 for, 0 against, 0 missing',
    });
    // What was written is read as it was.
    const [again] = readServers(subChains as never, 'again');
    assert.ok(again?.reading.ok);
    assert.deepEqual(again.reading.server.chains, server.graph.graph_detect);
    assert.deepEqual(again.reading.server.tools, tools);
  });

  it('give themselves again when they are audited', async () => {
    assert.deepEqual(await checkChains(pool, run), { graphs: 1, judged: 2, findings: [] });
    assert.deepEqual((await checkIds(pool, run)).findings, []);
  });

  it('show where somebody changed a verdict, a walk or a chain', async () => {
    await query(pool, "update item set status = 'ok', reason = '' where kind = 'chain' and status = 'rejected'");
    assert.match(
      (await checkChains(pool, run)).findings[0]?.detail ?? '',
      /its replies give rejected:chain_vote, recorded ok/,
    );

    await query(
      pool,
      "delete from item where kind = 'chain' and ordinal = (select max(ordinal) from item where kind = 'chain')",
    );
    assert.match(
      (await checkChains(pool, run)).findings[0]?.detail ?? '',
      /its walks give .*, which the run does not have/,
    );

    await query(pool, "update item set id = 'chain-0' where kind = 'chain'");
    assert.match((await checkChains(pool, run)).findings.at(-1)?.detail ?? '', /its content gives chain-[0-9a-f]{16}/);
  });

  it('are explained from chain to server', async () => {
    const { graphs, chains } = await loadGraphView(pool, run);
    const chain = await explain(pool, chains[0]?.id ?? '');
    const graph = await explain(pool, graphs[0]?.id ?? '');

    assert.equal(chain.kind, 'chain');
    assert.deepEqual(chain.parents, [{ id: graph.id, relation: 'walked over' }]);
    assert.deepEqual(
      chain.verdicts.map(({ of }) => of),
      ['outcome', 'judgement'],
    );
    assert.equal(graph.parents[0]?.relation, 'graph of');
    const stored = graph.children.find(({ relation }) => relation === 'built from');
    assert.equal((await explain(pool, stored?.id ?? '')).kind, 'toolgraph');
  });
});
