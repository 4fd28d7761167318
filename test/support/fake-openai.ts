/**
 * An OpenAI-compatible endpoint that misbehaves on order: answers each request with the next scripted reply and keeps
 * what it was sent. `close` fails when a request came too many or too few.
 */
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FakeReply =
  | {
      readonly content: string | null;
      readonly finishReason?: string;
      readonly reasoning?: string;
      readonly refusal?: string;
      readonly usage?: null;
      /** More fields of the message, for example tool_calls. */
      readonly message?: object;
    }
  | { readonly status: number; readonly error?: object; readonly headers?: Record<string, string> }
  | { readonly body: string; readonly type?: string }
  /** Never answers. */
  | 'hang'
  /** Sends headers and half a body, then nothing. */
  | 'stall'
  /** Cuts the connection. */
  | 'reset';

export interface FakeRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface FakeOpenAi {
  readonly baseUrl: string;
  readonly requests: readonly FakeRequest[];
  /** Resolves when the n-th request has arrived. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startFakeOpenAi(replies: readonly FakeReply[]): Promise<FakeOpenAi> {
  const requests: FakeRequest[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: JSON.parse(text) as Record<string, unknown> });
      for (const { resolve } of waiting.filter(({ count }) => count <= requests.length)) resolve();
      reply(response, replies[requests.length - 1] ?? { status: 418, error: { message: 'unexpected request' } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    arrived: (count) =>
      requests.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      assert.equal(requests.length, replies.length, 'requests against scripted replies');
    },
  };
}

function reply(response: ServerResponse, scripted: FakeReply): void {
  if (scripted === 'hang') return;
  if (scripted === 'reset') return void response.socket?.resetAndDestroy();
  if (scripted === 'stall') return void response.writeHead(200, { 'content-type': 'application/json' }).write('{"ch');
  if ('body' in scripted) return send(response, { type: scripted.type ?? 'application/json', text: scripted.body });
  if ('status' in scripted) {
    const { status, error = { message: `scripted ${status}` }, headers = {} } = scripted;
    return send(response, { status, headers, text: JSON.stringify({ error }) });
  }
  send(response, { text: JSON.stringify(completion(scripted)) });
}

function completion(scripted: Extract<FakeReply, { content: string | null }>): object {
  const { content, finishReason = 'stop', reasoning, refusal, usage, message } = scripted;
  return {
    id: 'cmpl-1',
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: finishReason,
        message: { role: 'assistant', content, reasoning_content: reasoning, refusal, ...message },
      },
    ],
    ...(usage === null ? {} : { usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } }),
  };
}

function send(
  response: ServerResponse,
  sent: { status?: number; type?: string; headers?: Record<string, string>; text: string },
): void {
  response.writeHead(sent.status ?? 200, { 'content-type': sent.type ?? 'application/json', ...sent.headers });
  response.end(sent.text);
}
