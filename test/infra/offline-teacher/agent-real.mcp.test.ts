import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readTool } from '../../../infra/offline-teacher/agent/tool-facts.ts';
import { requestFor } from '../../../infra/offline-teacher/tasks/wording.ts';
import { listTools } from '../../../src/activities/mcp/list-tools.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { poolServer } from '../../../src/domain/tool-pool/pool-server.ts';
import { readMcpFile } from '../../../src/domain/tool-pool/read-mcp-file.ts';
import type { ServerSource } from '../../../src/domain/tool-pool/schema.ts';
import { type Player, player } from '../../activities/mcp/tool-player.ts';
import { play } from './agent-play.ts';

const file = resolve(import.meta.dirname, '../../../infra/mcp-servers/real.json');
const limits = { connectMs: 240_000, requestMs: 60_000, largestMessage: 8 * 1024 * 1024 };
const deps = { read: (name: string) => process.env[name], variables: Object.keys(process.env), limits };

function sourceOf(name: string): ServerSource {
  const row = readMcpFile(JSON.parse(readFileSync(file, 'utf8')))?.find(
    (reading) => reading.ok && reading.server.name === name,
  );
  assert.ok(row?.ok, `${name} is in the file`);
  return row.server;
}

/** The tools of a server as an agent is shown them. */
async function toolsOf(source: ServerSource): Promise<JsonObject[]> {
  const { tools } = await listTools(source, deps);
  const pooled = poolServer(source, tools as readonly Json[], 1);
  assert.ok(pooled.status === 'pooled');
  return pooled.server.tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters: parameters as JsonObject },
  }));
}

/** Fetched from the registry of npm the first time: only where that is wanted. */
describe('the agent of the offline teacher on real servers', function () {
  this.timeout(300_000);
  let live: Player;
  before(function () {
    if (process.env['ASTRA_MCP_TESTS'] !== '1') this.skip();
    live = player();
  });
  after(() => live?.close());

  for (const [name, chain, said] of [
    ['filesystem', ['write_file', 'read_text_file', 'get_file_info'], /notes\.txt/],
    ['memory', ['create_entities', 'search_nodes'], /entities/],
  ] as const) {
    it(`does what is asked of ${name} without a failed call, and says what came of it`, async () => {
      const source = sourceOf(name);
      const tools = await toolsOf(source);
      const read = tools.map(readTool);
      const wanted = chain.flatMap((step) => read.find((one) => one.name === step) ?? []);
      const question = requestFor({ tools: wanted, names: read.map((one) => one.name), language: 'en', seed: name });
      const episode = live.episode(live.server(source.reach, name), { id: `agent-${name}` });
      const failed: string[] = [];
      const played = await play(tools, question, {
        service: async (called, args) => {
          const { status, text } = await episode.call(called, args);
          if (status === 'error') failed.push(`${called} ${JSON.stringify(args)}: ${text}`);
          return text;
        },
      });
      assert.deepEqual(failed, []);
      assert.deepEqual(
        played.calls.map((call) => call.name),
        [...chain],
      );
      assert.equal(played.kind, 'answer');
      assert.match(played.last, said);
    });
  }
});
