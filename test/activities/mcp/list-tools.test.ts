import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ToolServerError } from '../../../src/activities/failures.ts';
import { listTools } from '../../../src/activities/mcp/list-tools.ts';
import type { SessionDependencies } from '../../../src/activities/mcp/session.ts';
import type { Reach, ServerSource } from '../../../src/domain/tool-pool/schema.ts';

const program = resolve(import.meta.dirname, '../../infra/programs/mcp-server.ts');
const variables: Record<string, string> = {
  PATH: process.env['PATH'] ?? '',
  OPENAI_API_KEY: 'sk-1',
  DATABASE_URL: 'postgres://us',
  npm_config__authToken: 'npm-1',
  MY_WORD: 'open sesame',
};
const deps = (limits: Partial<SessionDependencies['limits']> = {}): SessionDependencies => ({
  read: (name) => variables[name],
  variables: Object.keys(variables),
  limits: { connectMs: 20_000, requestMs: 20_000, largestMessage: 8 * 1024 * 1024, ...limits },
});

function source(reach: Reach): ServerSource {
  const rest = { domain: null, licence: null, origin: 'mcp', tools: null, chains: [] } as const;
  return { name: 'cases', title: '', description: '', ...rest, chains: [], reach };
}

function child(mode: string, more: Partial<Extract<Reach, { kind: 'stdio' }>> = {}): ServerSource {
  const state = { folders: [], files: {}, repositories: [] };
  return source({ kind: 'stdio', command: process.execPath, args: [program, mode], env: {}, state, ...more });
}

async function failureOf(
  server: ServerSource,
  limits: Partial<SessionDependencies['limits']> = {},
): Promise<ToolServerError> {
  const error: unknown = await listTools(server, deps(limits)).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof ToolServerError, `expected a failure by class, got ${String(error)}`);
  return error;
}

describe('listing the tools of a child server', function () {
  this.timeout(60_000);

  it('brings all pages and what the server says of itself', async () => {
    const listed = await listTools(child('pages'), deps());

    assert.deepEqual(
      listed.tools.map((tool) => Object(tool).name),
      ['open_case', 'read_case', 'close_case'],
    );
    assert.deepEqual([listed.title, listed.description, listed.protocol], ['Cases', 'Keeps cases.', '2025-06-18']);
  });

  it('brings broken tools beside good ones, for the rules to judge', async () => {
    assert.equal((await listTools(child('broken-schema'), deps())).tools.length, 5);
    assert.equal((await listTools(child('zero'), deps())).tools.length, 0);
  });

  it('reads past noise on stdout', async () => {
    assert.equal((await listTools(child('noise'), deps())).tools.length, 3);
  });

  it('says what a program that ends at once wrote to stderr', async () => {
    const crash = await failureOf(child('crash'));

    assert.equal(crash.type, 'ToolServer.NotStarted');
    assert.match(
      crash.message,
      /ended with code 1; stderr ends with: Traceback: Server has no attribute list_resources/,
    );
    const absent = await failureOf(child('good', { command: 'no-such-program' }));
    assert.equal(absent.type, 'ToolServer.NotStarted');
    assert.match(absent.message, /the command "no-such-program" is not on the PATH of the worker\. Install it/);
  });

  it('tells apart who hangs, who only makes noise, who dies and who refuses', async () => {
    const hang = await failureOf(child('hang'), { connectMs: 700 });
    const noise = await failureOf(child('only-noise'), { connectMs: 700 });
    const silent = await failureOf(child('silent-list'), { requestMs: 700 });
    const dies = await failureOf(child('dies'));
    const error = await failureOf(child('error'));

    assert.deepEqual(
      [hang, noise, silent, dies, error].map(({ type }) => type),
      ['ToolServer.Timeout', 'ToolServer.Protocol', 'ToolServer.Timeout', 'ToolServer.Died', 'ToolServer.Refused'],
    );
    assert.match(noise.message, /2 lines on stdout were no message, the first: Welcome to the server!/);
    assert.match(dies.message, /the disk is on fire/);
    assert.match(error.message, /no tools today/);
  });

  it('gives up on a message of ten megabytes and on a list without an end', async () => {
    assert.equal((await failureOf(child('large'))).type, 'ToolServer.TooLarge');
    assert.equal((await failureOf(child('endless'))).type, 'ToolServer.TooLarge');
  });

  it('hands on no secret of ours, and only variables that an entry names', async () => {
    const { tools } = await listTools(child('environment', { env: { WORD: '${MY_WORD}' } }), deps());
    const seen = JSON.parse(String(Object(tools[0]).description));

    assert.equal(seen.WORD, 'open sesame');
    assert.deepEqual(
      ['OPENAI_API_KEY', 'DATABASE_URL', 'npm_config__authToken', 'MY_WORD'].filter((name) => name in seen),
      [],
    );
    for (const wanted of ['${OPENAI_API_KEY}', '${NOT_SET}']) {
      assert.equal((await failureOf(child('good', { env: { A: wanted } }))).type, 'ToolServer.Config');
    }
  });

  it('starts it in a folder of its own that holds what the entry asks for, and removes it', async () => {
    const state = { folders: ['fs'], files: { 'todo/todo.txt': 'buy milk ' }, repositories: ['repo'] };
    const { tools } = await listTools(child('state', { state }), deps());

    assert.equal(Object(tools[0]).description, 'buy milk true');
    const outside = { folders: ['../elsewhere'], files: {}, repositories: [] };
    assert.equal((await failureOf(child('good', { state: outside }))).type, 'ToolServer.Config');
  });

  it('reads the same at every start, also where a server names its folder', async () => {
    const { tools } = await listTools(child('folder'), deps());

    assert.equal(Object(tools[0]).description, 'Works in ${STATE}/fs');
  });

  it('ends everything the server started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'astra-mcp-test-'));
    const note = join(folder, 'pid');
    await listTools(child('leaves-child', { args: [program, 'leaves-child', note] }), deps());

    const pid = readFileSync(note, 'utf8');
    // A zombie still has an entry; it runs no more.
    const state = existsSync(`/proc/${pid}/stat`)
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0]
      : 'gone';
    rmSync(folder, { recursive: true });
    assert.ok(state === 'gone' || state === 'Z', `process ${pid} is in state ${state}`);
  });
});

describe('listing the tools of a server behind an address', function () {
  this.timeout(60_000);
  let server: Server;
  let url: string;
  const seen: (string | undefined)[] = [];
  before(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers['x-word'] as string | undefined);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.url === '/refused') return void response.writeHead(401).end('who are you?');
        if (request.method !== 'POST') return void response.writeHead(405).end();
        const { id, method } = JSON.parse(body);
        if (id === undefined) return void response.writeHead(202).end();
        const serverInfo = { name: 'remote', version: '1' };
        const result =
          method === 'initialize'
            ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo }
            : { tools: [{ name: 'a', inputSchema: { type: 'object' } }] };
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());

  it('brings its tools, with the headers of the entry', async () => {
    const listed = await listTools(
      source({ kind: 'http', url: `${url}/mcp`, headers: { 'x-word': '${MY_WORD}' } }),
      deps(),
    );

    assert.equal(listed.tools.length, 1);
    assert.ok(seen.includes('open sesame'));
  });

  it('tells a refusal from nobody being there', async () => {
    const refused = await failureOf(source({ kind: 'http', url: `${url}/refused`, headers: {} }));
    const nobody = await failureOf(source({ kind: 'http', url: 'http://127.0.0.1:9/mcp', headers: {} }));

    assert.deepEqual([refused.type, nobody.type], ['ToolServer.Refused', 'ToolServer.Unreachable']);
  });

  it('has nothing to ask where only documents are known', async () => {
    assert.equal((await failureOf(source({ kind: 'documents' }))).type, 'ToolServer.Config');
  });
});
