/**
 * The wire to an OpenAI-compatible endpoint (method §1.2): the official client with its own retries off.
 * Covered: one HTTP agent per process, a timeout that includes the body, cancellation, key per call.
 * Not covered: what a failure means (classify-failure.ts) and which endpoint is asked (chat.ts).
 */
import OpenAI from 'openai';
import { Agent, fetch } from 'undici';
import { z } from 'zod';
import type { WrittenCall } from '../../domain/episode/read-call.ts';
import type { JsonObject } from '../../domain/json.ts';
import { splitReasoning } from './parse-output.ts';

export interface ChatAnswer {
  /** The text without thinking; with it when the thinking never ended. */
  readonly content: string;
  readonly reasoning: string | null;
  /** Calls of tools as the model wrote them; empty without any. What the endpoint calls them is not kept. */
  readonly calls: readonly WrittenCall[];
  /** As the endpoint names it; "refusal" when the model refused in the field for it. */
  readonly finishReason: string;
  /** Absent when the endpoint does not count. */
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
}

export interface ChatRequest {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly body: JsonObject;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ChatWire {
  /** Sends one request; throws the client's own errors, and AnswerError for a 200 that is no answer. */
  send(request: ChatRequest): Promise<ChatAnswer>;
  close(): Promise<void>;
}

/** HTTP 200 with something else than an answer; some routers send their errors this way. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly status: number | undefined;
  readonly code: unknown;

  constructor(message: string, sent: { status?: number | undefined; code?: unknown } = {}) {
    super(message);
    this.status = sent.status;
    this.code = sent.code;
  }
}

const text = z
  .string()
  .nullish()
  .transform((sent) => storable(sent ?? ''));
/** Some endpoints send arguments as an object, some none at all for a call without arguments. */
const writtenArguments = z
  .union([z.string(), z.record(z.string(), z.json()), z.null()])
  .optional()
  .transform((sent) => storable(typeof sent === 'string' ? sent : sent ? JSON.stringify(sent) : ''));
const WireCall = z.looseObject({ function: z.looseObject({ name: text, arguments: writtenArguments }) });
const Message = z.looseObject({
  content: text,
  reasoning_content: text,
  reasoning: text,
  refusal: text,
  tool_calls: z.array(WireCall).nullish(),
  function_call: z.looseObject({}).nullish(),
});
const Completion = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        message: Message,
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number().nullish() }).nullish(),
});
const ErrorBody = z.looseObject({ error: z.looseObject({ message: z.string(), code: z.unknown() }) });

/** One agent for all calls. The agent's own clocks stay above the client's timeout, which the caller sets per call. */
export function createOpenAiWire(): ChatWire {
  const longest = 3_700_000;
  const dispatcher = new Agent({ headersTimeout: longest, bodyTimeout: longest, connect: { timeout: 10_000 } });
  const clients = new Map<string, OpenAI>();
  const clientFor = (baseUrl: string, apiKey: string | undefined): OpenAI => {
    const id = `${baseUrl}\n${apiKey ?? ''}`;
    const client = clients.get(id) ?? newClient(baseUrl, apiKey, dispatcher);
    clients.set(id, client);
    return client;
  };
  return {
    async send({ baseUrl, apiKey, body, timeoutMs, signal }) {
      const client = clientFor(baseUrl, apiKey);
      return readAnswer(await client.post('/chat/completions', { body, signal, timeout: timeoutMs }));
    },
    close: () => dispatcher.close(),
  };
}

function newClient(baseURL: string, apiKey: string | undefined, dispatcher: Agent): OpenAI {
  return new OpenAI({
    baseURL,
    // Endpoints without keys ignore it; the client insists on one.
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    // undici's fetch is the platform's fetch in another version: same behaviour, types of their own.
    fetch: fetch as unknown as typeof globalThis.fetch,
    fetchOptions: { dispatcher },
  });
}

function readAnswer(sent: unknown): ChatAnswer {
  const parsed = Completion.safeParse(sent);
  const choice = parsed.data?.choices[0];
  if (choice === undefined) throw notAnAnswer(sent);
  const { content, reasoning_content: thinking, reasoning, refusal } = choice.message;
  const usage = readUsage(parsed.data?.usage);
  if (refusal !== '') return { content: refusal, reasoning: null, calls: [], finishReason: 'refusal', usage };
  const calls = readCalls(choice.message);
  const split = splitReasoning(content, thinking || reasoning || null);
  return { ...split, calls, finishReason: choice.finish_reason ?? 'unknown', usage };
}

function readCalls({ tool_calls: calls, function_call: legacy }: z.infer<typeof Message>): WrittenCall[] {
  if (calls) return calls.map(({ function: { name, arguments: written } }) => ({ name, arguments: written }));
  if (!legacy) return [];
  const told = 'the endpoint answers in the old field function_call: calls are read from tool_calls only';
  throw new AnswerError(told, { status: 422, code: 'function_call' });
}

function readUsage(usage: z.infer<typeof Completion>['usage']): ChatAnswer['usage'] {
  if (usage === undefined || usage === null) return undefined;
  return { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens ?? 0 };
}

/** Postgres stores neither U+0000 nor half a surrogate pair. */
function storable(sent: string): string {
  return sent.toWellFormed().replaceAll('\0', '\uFFFD');
}

function notAnAnswer(sent: unknown): AnswerError {
  const error = ErrorBody.safeParse(sent).data?.error;
  if (error === undefined) return new AnswerError('HTTP 200 without an answer: no choices in the body');
  const status = typeof error.code === 'number' ? error.code : undefined;
  return new AnswerError(error.message, { status, code: error.code });
}
