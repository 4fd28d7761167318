/** A way to the teacher that counts what goes through it, refused requests too. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  /** The request body; equal texts are the same call. */
  readonly body: string;
  /** What the teacher answered; 0 when it did not. */
  readonly status: number;
}

export interface CountingGateway {
  readonly baseUrl: string;
  readonly passed: readonly Passed[];
  /** Bodies of all requests that came in, in flight or done; equal texts are the same call. */
  readonly arrived: readonly string[];
  close(): Promise<void>;
}

/** Serves on a free port; `target` is asked for at every request, as the teacher may have moved. */
export async function countingGateway(target: () => string): Promise<CountingGateway> {
  const passed: Passed[] = [];
  const arrived: string[] = [];
  const server = createServer((request, response) => {
    void forward(request, response, { target: target(), arrived }).then((one) => passed.push(one));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address object.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    passed,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, arrived }: { readonly target: string; readonly arrived: string[] },
): Promise<Passed> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a request without an encoding yields buffers
  const body = Buffer.concat(chunks).toString();
  arrived.push(body);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
  const init = { method: request.method ?? 'GET', headers, signal: gone.signal, ...(body === '' ? {} : { body }) };
  try {
    const answer = await fetch(new URL((request.url ?? '').replace(/^\/v1\//, ''), `${target}/`), init);
    const text = await answer.text();
    const wait = answer.headers.get('retry-after');
    const waiting = wait === null ? {} : { 'retry-after': wait };
    response.writeHead(answer.status, { 'content-type': 'application/json', ...waiting }).end(text);
    return { body, status: answer.status };
  } catch {
    // The teacher is away, or the client did not wait for it: either way the connection says so.
    request.socket.resetAndDestroy();
    return { body, status: 0 };
  }
}
