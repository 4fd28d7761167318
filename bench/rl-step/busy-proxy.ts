/** Stands between workers and trainer and keeps the times in which the trainer had something to do for them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Agent, fetch } from 'undici';

export interface BusySpan {
  /** Method and first parts of the path. */
  readonly what: string;
  /** Milliseconds of the clock. */
  readonly from: number;
  readonly to: number;
}

export interface BusyProxy {
  readonly url: string;
  readonly spans: readonly BusySpan[];
  close(): Promise<void>;
}

/** A proxy on a free port; a request counts from its arrival here to the end of its answer. */
export async function startBusyProxy(target: string): Promise<BusyProxy> {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const spans: BusySpan[] = [];
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const from = Date.now();
    const { method = 'GET', url = '/', headers } = request;
    const body = method === 'GET' ? {} : { body: await buffer(request) };
    const type = headers['content-type'];
    const answer = await fetch(new URL(url, target), {
      method,
      dispatcher,
      ...(type !== undefined && { headers: { 'content-type': type } }),
      ...body,
    });
    const content = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(content);
    spans.push({ what: `${method} ${kindOf(url)}`, from, to: Date.now() });
  };
  const server = createServer((request, response) => {
    forward(request, response).catch((error: unknown) => {
      response.writeHead(502);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dispatcher.close();
    },
  };
}

/** `/v1/runs/x/steps/3?wait=30` → `steps`, `/v1/completions` → `completions` */
function kindOf(url: string): string {
  const [path = ''] = url.split('?');
  return ['steps', 'policies', 'completions', 'render', 'models'].find((part) => path.includes(part)) ?? path;
}

/** Milliseconds between `from` and `to` that some span covers. */
export function coveredMs(spans: readonly BusySpan[], { from, to }: { from: number; to: number }): number {
  const sorted = spans
    .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.to > span.from)
    .toSorted((a, b) => a.from - b.from);
  let [covered, until] = [0, from];
  for (const span of sorted) {
    covered += Math.max(0, span.to - Math.max(span.from, until));
    until = Math.max(until, span.to);
  }
  return covered;
}
