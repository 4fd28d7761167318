import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const program = resolve(import.meta.dirname, '../infra/programs/mcp-server.ts');
const child = (mode: string): JsonObject => ({ command: process.execPath, args: [program, mode] });
const modes = ['noise', 'pages', 'crash', 'dies', 'zero', 'error', 'large', 'broken-schema'];

const desk = (chains: Json): JsonObject => ({
  base_info: {
    group_info: { server_name: 'desk', domain: 'office' },
    tool_list: ['open_file', 'read_file', 'move_file', 'close_file'].map((name) => ({
      name,
      description: `The tool to ${name.replace('_', ' a ')}`,
      parameters: { type: 'object', properties: { file_id: { type: 'string' } }, required: ['file_id'] },
    })),
  },
  graph: { graph_detect: chains },
});

describe('a run over tool servers, good and bad', function () {
  this.timeout(240_000);
  let stack: EmbeddedStack;
  before(async () => {
    stack = embeddedStack('chains');
    await stack.up(['--faults', 'rate=0.3;kinds=chain,prose,schema,missing-key,string-booleans,429']);
  });
  after(() => stack.remove());

  function config(name: string): string {
    const mcpServers = Object.fromEntries(modes.map((mode) => [mode, child(mode)]));
    writeFileSync(join(stack.home, 'servers.json'), JSON.stringify({ mcpServers }));
    const given = [
      ['open_file', 'read_file', 'close_file'],
      ['open_file', 'ghost', 'close_file'],
      ['move_file', 'open_file', 'move_file'],
    ];
    writeFileSync(join(stack.home, 'desk.jsonl'), JSON.stringify(desk(given)));
    return stack.config(name, {
      seed: 3,
      trajectories: {
        servers: [{ file: join(stack.home, 'servers.json') }, { file: join(stack.home, 'desk.jsonl') }],
        stopAfter: 'chains',
      },
    });
  }

  it('names what became of every server, and the good ones go on', async () => {
    const report = await stack.json('run', config('chains.yaml'), '--run', 'chains');

    assert.equal(report['status'], 'completed');
    assert.deepEqual(at(report, 'counts', 'server'), {
      ok: 4,
      'failed:ToolServer.Died': 1,
      'failed:ToolServer.NotStarted': 1,
      'failed:ToolServer.Refused': 1,
      'failed:ToolServer.TooLarge': 1,
      'rejected:no_tools': 1,
    });
    // The broken tools are left out; what remains is the same as in the other two.
    assert.equal(at(report, 'counts', 'graph', 'rejected:duplicate_server'), 2);
    assert.equal(at(report, 'counts', 'chain', 'open'), undefined);
  });

  it('makes chains of known tools only, none with a tool twice, and can prove it', async () => {
    const shown = await stack.json('graph', 'show', 'chains', '--edges');
    const chains = at(shown, 'chains') as { tools: string[]; outcome: string }[]; // printed by the command above

    assert.ok(chains.length >= 3, JSON.stringify(chains));
    for (const { tools } of chains) {
      assert.equal(new Set(tools).size, tools.length);
      assert.ok(tools.every((name) => /_(case|file)$/.test(name)));
    }
    const audit = await stack.json('audit', 'chains');
    assert.deepEqual(audit['findings'], []);
    assert.equal(at(audit, 'chains', 'graphs'), 2);
  });

  it('exports the chains that passed, the same bytes for the same work', async () => {
    await stack.json('run', config('again.yaml'), '--run', 'again');
    const [first, again] = await Promise.all(['chains', 'again'].map((run) => exported(run)));

    const accepted = at(await stack.json('status', 'chains'), 'counts', 'chain', 'ok') ?? 0;
    assert.equal(first, again);
    assert.equal(first?.split('\n').filter((line) => line !== '').length, accepted);
  });

  async function exported(run: string): Promise<string> {
    const to = join(stack.home, `files-${run}`);
    await stack.json('export', run, '--to', to, '--format', 'astra-servers,astra-sub-chains,astra-chains,card');
    return readFileSync(join(to, '4_verified_output.jsonl'), 'utf8');
  }

  it('opens what failed again, and leaves the rest as it is', async () => {
    const before = at(await stack.json('status', 'chains'), 'counts', 'chain');
    await stack.json('retry', 'chains', '--rule', 'ToolServer.NotStarted');

    assert.deepEqual(at(await stack.json('status', 'chains'), 'counts', 'chain'), before);
  });
});
