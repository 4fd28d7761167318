/** The HTTP side: routes, keys, delays. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { answerChat } from './chat.ts';
import type { TeacherState } from './control.ts';
import { embeddings } from './embeddings.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { readFaultPlan } from './faults/fault-plan.ts';
import { asObject, isObject, parseJson } from './json-text.ts';
import { readRequest } from './read-request.ts';

const WHAT_IT_IS =
  "ASTRA's offline teacher: a stand-in without a language model. Its replies are seeded templates only; nothing here was written or judged by a model.";
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export function teacherServer(state: TeacherState): Server {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    response.on('error', () => undefined);
    route(state, request, response).catch((cause: unknown) => {
      if (!response.headersSent)
        sendError(
          response,
          500,
          `the offline teacher failed: ${cause instanceof Error ? cause.message : String(cause)}`,
        );
      else response.destroy();
    });
  });
  server.requestTimeout = 0;
  return server;
}

async function route(state: TeacherState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://teacher');
  const path = url.pathname.replace(/(?<=.)\/+$/, '');
  if (path === '/' || path === '/health') {
    sendJson(response, 200, { name: 'offline-teacher', description: WHAT_IT_IS });
  } else if (path.startsWith('/control')) {
    await control(state, path, { request, response });
  } else if (state.down) {
    request.socket.resetAndDestroy();
  } else if (!hasKey(state, request)) {
    sendError(response, 401, 'Incorrect API key provided.');
  } else {
    await service(state, { path, url }, { request, response });
  }
}

function hasKey(state: TeacherState, request: IncomingMessage): boolean {
  const key = /^Bearer\s+(.*)$/i.exec(request.headers.authorization ?? '')?.[1];
  return state.requireKey === null || key === state.requireKey;
}

async function service(
  state: TeacherState,
  { path, url }: { path: string; url: URL },
  { request, response }: Exchange,
): Promise<void> {
  if (/^(\/v1)?\/models$/.test(path)) return sendJson(response, 200, models());
  if (request.method !== 'POST' || !/^(\/v1)?\/(chat\/completions|embeddings)$/.test(path)) {
    return sendError(response, 404, `no such endpoint: ${request.method} ${path}`);
  }
  const body = await readBody(request);
  if (!isObject(body)) return sendError(response, 400, 'the body must be a JSON object');
  const asked = readRequest(body);
  if (!path.endsWith('/embeddings')) state.arrived(asked);
  if (state.latencyMs > 0) await sleep(state.latencyMs);
  if (path.endsWith('/embeddings')) return sendJson(response, 200, embeddings(body));
  if (!Array.isArray(body['messages'])) return sendError(response, 400, 'messages must be a list');
  const plan = planOf(state, url, request);
  if (typeof plan === 'string') return sendError(response, 400, plan);
  return answerChat(state, response, { request: asked, plan });
}

/** The plan of the query string, else of the header, else the server's; a text is what is wrong with it. */
function planOf(state: TeacherState, url: URL, request: IncomingMessage): FaultPlan | string {
  const header = request.headers['x-teacher-faults'];
  const spec = url.searchParams.get('faults') ?? (typeof header === 'string' ? header : undefined);
  if (spec === undefined) return state.faults;
  try {
    return readFaultPlan(spec);
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function control(state: TeacherState, path: string, { request, response }: Exchange): Promise<void> {
  if (path === '/control/log') return sendJson(response, 200, state.log());
  if (request.method !== 'POST') return sendJson(response, 200, state.describe());
  try {
    state.change(asObject(await readBody(request)));
  } catch (cause) {
    return sendError(response, 400, cause instanceof Error ? cause.message : String(cause));
  }
  return sendJson(response, 200, state.describe());
}

function models(): JsonObject {
  const model = {
    id: 'offline-teacher',
    object: 'model',
    created: 1_767_225_600,
    owned_by: 'astra',
    description: WHAT_IT_IS,
  };
  return { object: 'list', data: [model], description: `${WHAT_IT_IS} Any model name is accepted.` };
}

async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // Without an encoding set, a request yields buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  return parseJson(Buffer.concat(chunks).toString('utf8'));
}

function sendJson(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  const type = status === 401 ? 'authentication_error' : status < 500 ? 'invalid_request_error' : 'server_error';
  sendJson(response, status, {
    error: { message, type, param: null, code: status === 401 ? 'invalid_api_key' : null },
  });
}
