import assert from 'node:assert/strict';
import type { Json } from '../../../src/domain/json.ts';
import { readServers } from '../../../src/domain/tool-pool/read-servers.ts';
import type { ServerSource } from '../../../src/domain/tool-pool/schema.ts';
import { listedTool } from './servers.ts';

const serversOf = (...rows: Json[]): ServerSource[] =>
  readServers(rows, 'tools').flatMap(({ reading }) => (reading.ok ? [reading.server] : []));
const refusalsOf = (...rows: Json[]): (readonly [number, string])[] =>
  readServers(rows, 'tools').flatMap(({ row, reading }) => (reading.ok ? [] : [[row, reading.rule] as const]));

const base_info = {
  group_info: { server_title: 'Letters', server_name: 'letters', server_description: 'A post office', domain: 'mail' },
  tool_list: [{ name: 'send', description: 'Sends a letter', parameters: { type: 'object' } }],
};

describe('reading files of tools', () => {
  it('takes the entries of an mcpServers file in their order', () => {
    const [files, remote] = serversOf({
      mcpServers: {
        files: {
          command: 'npx',
          args: ['-y', 'files@1.0.0', '${STATE}/fs'],
          'x-astra': { domain: 'files', state: { folders: ['fs'] } },
        },
        remote: { url: 'https://example.org/mcp', headers: { Authorization: 'Bearer ${MY_TOKEN}' } },
      },
    });

    assert.deepEqual([files?.name, files?.domain, files?.tools], ['files', 'files', null]);
    assert.deepEqual(files?.reach, {
      kind: 'stdio',
      command: 'npx',
      args: ['-y', 'files@1.0.0', '${STATE}/fs'],
      env: {},
      state: { folders: ['fs'], files: {}, repositories: [] },
    });
    assert.deepEqual(remote?.reach, {
      kind: 'http',
      url: 'https://example.org/mcp',
      headers: { Authorization: 'Bearer ${MY_TOKEN}' },
    });
  });

  it('refuses entries with a secret, held-out ones, and those that say neither how nor where', () => {
    const mcpServers = {
      a: { command: 'npx', env: { GITHUB_TOKEN: 'ghp_123' } },
      b: { url: 'https://example.org', headers: { 'x-api-key': '123' } },
      c: { command: 'npx', 'x-astra': { evaluationOnly: true } },
      d: { args: [] },
      e: { command: 'npx', env: { KEYBOARD: 'de', API_KEY: '${API_KEY}' } },
    };

    assert.deepEqual(
      refusalsOf({ mcpServers }).map(([, rule]) => rule),
      ['secret_in_file', 'secret_in_file', 'evaluation_only', 'row_invalid'],
    );
    assert.deepEqual(
      serversOf({ mcpServers }).map(({ name }) => name),
      ['e'],
    );
  });

  it('takes ASTRA rows in both layouts, with the chains that are not marked as faulty', () => {
    const graph = {
      graph_detect: [['send', 'read'], { new_chain: ['a', 'b'], error_info: '2' }, { new_chain: ['c', 'd'] }],
    };
    const chains = [
      ['send', 'read'],
      ['c', 'd'],
    ];

    for (const row of [
      { mcp_info: { base_info }, graph },
      { base_info, graph },
    ]) {
      const [server] = serversOf(row);
      assert.deepEqual(
        [server?.name, server?.title, server?.domain, server?.chains],
        ['letters', 'Letters', 'mail', chains],
      );
      assert.deepEqual(server?.reach, { kind: 'documents' });
    }
  });

  it('never takes keys of other people over from a data file', () => {
    const call_info = { url: 'https://example.org/mcp', headers: { Authorization: 'Bearer 1', Accept: 'text/plain' } };

    assert.deepEqual(serversOf({ base_info, call_info })[0]?.reach, {
      kind: 'http',
      url: 'https://example.org/mcp',
      headers: { Accept: 'text/plain' },
    });
  });

  it('makes one server of bare tools, named after the file, and one of each named list', () => {
    const named = serversOf(
      { server: 'post', tools: [listedTool('a', 'x')] },
      listedTool('b', 'y'),
      listedTool('c', 'z'),
    );

    assert.deepEqual(
      named.map(({ name, tools }) => [name, tools?.length]),
      [
        ['post', 1],
        ['tools', 2],
      ],
    );
  });

  it('names the row that is no server', () => {
    assert.deepEqual(refusalsOf({ base_info }, { question: 'Why?' }, 7), [
      [2, 'row_invalid'],
      [3, 'row_invalid'],
    ]);
  });
});
