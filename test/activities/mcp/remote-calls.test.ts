import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import type { BlobHash } from '../../../src/domain/ids.ts';
import { type Episode, type Player, player } from './tool-player.ts';

const tools = [
  { name: 'count', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
  { name: 'add', inputSchema: { type: 'object' } },
];

describe('calls on a server behind an address', function () {
  this.timeout(60_000);
  let server: Server;
  let play: Player;
  let hash: BlobHash;
  /** What the server does with the next calls: '' is well. */
  let moods: string[] = [];
  let added = 0;

  function answer(
    request: { id?: number; method?: string; params?: { name?: string } },
    response: ServerResponse,
  ): void {
    const { id, method, params } = request;
    const send = (result: object): void =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    if (id === undefined) return void response.writeHead(202).end();
    if (method === 'initialize') {
      const serverInfo = { name: 'remote', version: '1' };
      return send({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo });
    }
    if (method === 'tools/list') return send({ tools });
    call(moods.shift() ?? '', { id, name: params?.name, send, response });
  }

  function call(
    mood: string,
    {
      id,
      name,
      send,
      response,
    }: { id: number; name: string | undefined; send: (result: object) => void; response: ServerResponse },
  ): void {
    if (mood === 'refuse') return void response.writeHead(403).end('no');
    if (mood === 'forget') return void response.writeHead(404).end('no such session');
    if (name === 'add') added += 1;
    if (mood === 'break') return void response.destroy();
    if (mood === 'large') return send({ content: [{ type: 'text', text: 'x'.repeat(3_000_000) }] });
    if (mood === 'stream') return streamed(id, response);
    send({ content: [{ type: 'text', text: `${added} items` }] });
  }

  function streamed(id: number, response: ServerResponse): void {
    const event = (message: object): string => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const params = { level: 'info', data: 'y'.repeat(700_000) };
    // More than the limit altogether, but no message is.
    for (let n = 0; n < 3; n += 1) response.write(event({ method: 'notifications/message', params }));
    response.end(event({ id, result: { content: [{ type: 'text', text: 'streamed' }] } }));
  }

  before(async () => {
    server = createServer((request: IncomingMessage, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.method !== 'POST') return void response.writeHead(405).end();
        answer(JSON.parse(body), response);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  beforeEach(() => {
    moods = [];
    added = 0;
    play = player({ limits: { connectMs: 10_000, requestMs: 10_000, largestMessage: 1_000_000 } });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
    hash = play.server({ kind: 'http', url, headers: {} });
  });
  afterEach(() => play.close());
  after(() => void server.close());

  const episode = (): Episode => play.episode(hash, { salt: 'episode-1/0' });
  const failure = async (work: Promise<unknown>): Promise<string | null | undefined> =>
    work.then(
      () => 'no failure',
      (error: unknown) => (error instanceof ApplicationFailure ? error.type : String(error)),
    );

  it('go on after the worker died without any call being made again', async () => {
    const one = episode();
    await one.call('add');
    await one.call('add');
    await play.newWorker();
    const { text } = await one.call('count');

    assert.deepEqual([text, added], ['2 items', 2]);
  });

  it('are never repeated when nobody knows whether they had their effect', async () => {
    moods = ['break'];
    const one = episode();
    const first = await failure(one.call('add'));
    const second = await failure(one.call('add'));

    assert.deepEqual([first, second, added], ['ToolServer.Unreachable', 'ToolServer.EffectUnknown', 1]);
  });

  it('are repeated when the server says that they only read, or refused them unread', async () => {
    moods = ['break', '', 'refuse'];
    const one = episode();
    const broken = await failure(one.call('count'));
    const read = await one.call('count');
    const refused = await failure(one.call('add'));
    const done = await one.call('add');

    assert.deepEqual(
      [broken, read.text, refused, done.text],
      ['ToolServer.Unreachable', '0 items', 'ToolServer.Refused', '1 items'],
    );
  });

  it('are made again in a new session when the server has forgotten the old one', async () => {
    moods = ['forget'];
    const one = episode();
    const forgotten = await failure(one.call('add'));
    const { text } = await one.call('add');

    assert.deepEqual([forgotten, text, added], ['ToolServer.Unreachable', '1 items', 1]);
  });

  it('bring an answer that is too large as an observation, and read long streams of small messages', async () => {
    moods = ['large', 'stream'];
    const one = episode();
    const large = await one.call('count');
    const streamedAnswer = await one.call('count', { again: true });

    assert.deepEqual([large.status, large.text], ['error', 'Error: the result is too large to be read']);
    assert.deepEqual([streamedAnswer.status, streamedAnswer.text], ['ok', 'streamed']);
  });
});
