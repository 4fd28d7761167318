import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { astra } from './run-cli.ts';

const tools = ['find_order', 'pay_order', 'send_order'].map((name) => ({
  name,
  description: `The tool to ${name.replace('_', ' an ')}`,
  parameters: { type: 'object', properties: { order_id: { type: 'string' } } },
}));
const row = (name: string, chains: readonly string[][], tool_list: readonly object[] = tools): object => ({
  mcp_info: { base_info: { group_info: { server_name: name, domain: 'shop' }, tool_list } },
  graph: { graph_detect: chains, num_chains: chains.length, raw_response: '' },
});

describe('astra graph over a file with given chains', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-graph-'));
    file = join(folder, 'rows.jsonl');
    const rows = [
      row('shop', [
        ['find_order', 'pay_order', 'send_order'],
        ['find_order', 'ghost', 'send_order'],
      ]),
      row('tiny', [], tools.slice(1)),
    ];
    writeFileSync(file, rows.map((item) => JSON.stringify(item)).join('\n'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('shows servers, edges with what proposes them, and what was left out', async () => {
    const { code, stdout } = await astra('graph', 'show', file, '--edges', '--json');

    const report = JSON.parse(stdout);
    assert.equal(code, 0);
    assert.deepEqual([report.servers, report.tools, report.edges, report.coverage], [1, 3, 2, 0]);
    assert.deepEqual(report.graph.refused, { unknown_tool: 1 });
    assert.deepEqual(report.graphs[0].edges[0].proposals, [{ chain: 0, sample: -1, slice: 0 }]);
    assert.deepEqual([report.left[0].name, report.left[0].outcome], ['tiny', 'rejected:too_few_tools']);
  });

  it('draws the same chains for the same seed', async () => {
    const first = await astra('graph', 'sample', file, '--json', '--seed', 'x');
    const again = await astra('graph', 'sample', file, '--json', '--seed', 'x');

    assert.equal(first.stdout, again.stdout);
    const { chains, coverage } = JSON.parse(first.stdout);
    assert.equal(coverage, 1);
    assert.ok(chains.every((chain: { tools: string[] }) => chain.tools.length >= 2));
  });

  it('refuses what it does not know in one sentence', async () => {
    assert.equal((await astra('graph', 'sample', file, '--walks', 'many')).code, 2);
    assert.match((await astra('graph', 'show', file, '--server', 'post')).stderr, /got post; expected one of shop/);
    assert.equal((await astra('graph', 'show', join(folder, 'none.jsonl'))).code, 2);
  });
});
