import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGraph } from '../../src/domain/graph/build-graph.ts';
import { judgeChain } from '../../src/domain/graph/judge-chain.ts';
import { readGivenChains } from '../../src/domain/graph/proposals.ts';
import type { Chain } from '../../src/domain/graph/schema.ts';
import { astra } from '../cli/run-cli.ts';

const tools = ['a', 'b', 'c'].map((name) => ({
  name,
  description: `The tool that does ${name} for you`,
  parameters: { type: 'object', properties: {} },
}));

describe('what the original lets through, in tool graphs', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-probe-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What our own command makes of given chains. */
  async function sampled(...chains: string[][]): Promise<string[]> {
    const file = join(folder, 'rows.jsonl');
    const base_info = { group_info: { server_name: 'abc' }, tool_list: tools };
    writeFileSync(file, JSON.stringify({ mcp_info: { base_info }, graph: { graph_detect: chains } }));
    const { stdout } = await astra('graph', 'sample', file, '--json');
    return (JSON.parse(stdout).chains as { tools: string[] }[]).map((chain) => chain.tools.join());
  }

  it('probe 7: a chain that goes round gives no chain longer than its tools', async () => {
    const chains = await sampled(['a', 'b', 'a']);

    assert.ok(chains.length > 0);
    assert.ok(
      chains.every((chain) => chain.split(',').length === 2),
      chains.join(' '),
    );
  });

  it('probe 8: an unknown tool in the middle joins nobody', async () => {
    assert.deepEqual(await sampled(['a', 'ghost', 'c']), []);
    const given = readGivenChains([['a', 'ghost', 'c']], new Set(['a', 'b', 'c']));
    assert.deepEqual(buildGraph(tools, given).edges, []);
  });

  it('probe 9: three rejected chains lead to nothing', () => {
    const no = { reason: '', is_valid: false, task_description: '', user_query: '', task_plan: '' };
    const replies = { dependency: null, votes: [no, no], backTranslations: [] };
    const trial = { operators: ['vote'], asked: ['vote'], votes: 3, backTranslations: 1 } as const;

    for (const names of [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'c'],
    ]) {
      const chain: Chain = { server: 'hash', tools: names, order: [[0, 1]], walk: 0 };
      assert.equal(judgeChain(chain, replies, trial).outcome.status, 'rejected');
    }
  });
});
