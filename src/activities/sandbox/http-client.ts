import type { z } from 'zod';
import { EpisodeDiverged, SandboxLost, SandboxRefused } from './classify-failure.ts';

export type HttpEndpoint = { url: string; token: string; timeoutMs: number };

/** Sends one request to a sandbox server and checks the answer; failures come as the sandbox's own error classes. */
export async function askServer<T>(
  endpoint: HttpEndpoint,
  path: string,
  { body, schema }: { body?: unknown; schema: z.ZodType<T> },
): Promise<T> {
  const response = await reach(endpoint, path, body);
  const text = await response.text().catch((cause: unknown) => {
    throw new SandboxLost(`the sandbox server broke off its answer: ${String(cause)}`);
  });
  if (!response.ok) throw refusal(response.status, text.slice(0, 500));
  const answer = schema.safeParse(parsed(text));
  if (answer.success) return answer.data;
  throw new SandboxLost(
    `the sandbox server gave an unreadable answer to ${path}: ${answer.error.message.slice(0, 300)}`,
  );
}

async function reach({ url, token, timeoutMs }: HttpEndpoint, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(new URL(path, url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    const why = cause instanceof Error ? String(cause.cause ?? cause.message) : String(cause);
    throw new SandboxLost(`the sandbox server at ${url} cannot be reached: ${why}`, { cause });
  }
}

function refusal(status: number, text: string): Error {
  const message = `the sandbox server answered ${status}: ${text}`;
  if (status === 401 || status === 403 || status === 404) return new SandboxRefused(message);
  if (status === 409) return new EpisodeDiverged(message);
  return status >= 400 && status < 500 && status !== 429 ? new TypeError(message) : new SandboxLost(message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema says so, with the path that was asked.
    return undefined;
  }
}
