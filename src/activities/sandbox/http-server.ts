import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZodError, z } from 'zod';
import { EpisodeDiverged, SandboxLost } from './classify-failure.ts';
import type { Sandbox } from './contract.ts';
import { EpisodeShelf } from './episode-shelf.ts';
import type { RouteGround } from './http-routes.ts';
import { routes } from './http-routes.ts';
import { liveEpisodes } from './limits.ts';

export type SandboxServerOptions = {
  sandbox: Sandbox;
  /** Every request must carry it as `Authorization: Bearer …`. */
  token: string;
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Requests taken at a time; more are answered 503. Default 256. */
  mostRequests?: number;
};

export type SandboxServer = { url: string; close(): Promise<void> };

/** An answer that is the client's doing. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Bytes that are no UTF-8 are refused: replacing them would run another program than the one that was sent. */
const utf8 = new TextDecoder('utf-8', { fatal: true });
const mostBodyBytes = 16 * 1024 * 1024;
const shortestToken = 16;

/** Serves a sandbox over HTTP. Keep it out of reach of the code it runs, and of everything else that needs no sandbox. */
export async function startSandboxServer(options: SandboxServerOptions): Promise<SandboxServer> {
  const { sandbox, token, host = '127.0.0.1', port = 0, mostRequests = 256 } = options;
  if (token.length < shortestToken) throw new RangeError(`the sandbox token needs ${shortestToken} characters or more`);
  const gate = { running: 0, most: mostRequests, tokenHash: sha256(`Bearer ${token}`) };
  const ground = { sandbox, shelf: new EpisodeShelf(liveEpisodes) };
  const server = createServer((request, response) => {
    void serve({ request, response, ground }, gate);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // A server that listens on a port has an AddressInfo, a string only for a pipe.
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${name}:${address.port}`, close: () => closed(server, ground.shelf) };
}

type Gate = { running: number; most: number; tokenHash: Buffer };
type Exchange = { request: IncomingMessage; response: ServerResponse; ground: RouteGround };

async function serve({ request, response, ground }: Exchange, gate: Gate): Promise<void> {
  gate.running += 1;
  try {
    if (!timingSafeEqual(sha256(request.headers.authorization ?? ''), gate.tokenHash)) {
      throw new Refusal(401, 'wrong or missing token');
    }
    if (gate.running > gate.most) throw new Refusal(503, `more than ${gate.most} requests at a time`);
    const route = routes[`${request.method} ${request.url}`];
    if (!route) throw new Refusal(404, `no such endpoint: ${request.method} ${request.url}`);
    send(response, 200, await route(ground, request.method === 'GET' ? undefined : await body(request)));
  } catch (error) {
    send(response, statusOf(error), { error: messageOf(error) });
  } finally {
    gate.running -= 1;
  }
}

async function body(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // No encoding was set on the request, so its chunks are buffers.
    const piece = chunk as Buffer;
    bytes += piece.length;
    if (bytes <= mostBodyBytes) chunks.push(piece);
    // Read on for a while, so that the client gets to see the answer.
    if (bytes > mostBodyBytes * 2) break;
  }
  if (bytes > mostBodyBytes) throw new Refusal(413, `a request body of more than ${mostBodyBytes} bytes`);
  try {
    return JSON.parse(utf8.decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw new Refusal(
      400,
      `the request body is not JSON in UTF-8: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

/** Wrong use of the sandbox is the client's doing; what remains is the server's. */
function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status;
  if (error instanceof EpisodeDiverged) return 409;
  if (error instanceof SandboxLost) return 503;
  return error instanceof ZodError || error instanceof RangeError || error instanceof TypeError ? 400 : 500;
}

function messageOf(error: unknown): string {
  if (error instanceof ZodError)
    return `the request body does not fit this endpoint:\n${z.prettifyError(error)}\nSee docs/sandbox.md.`;
  return error instanceof Error ? error.message : String(error);
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  const text = JSON.stringify(answer);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function closed(server: Server, shelf: EpisodeShelf): Promise<void> {
  shelf.close();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
