/**
 * One question to one model (method §1.1, §1.2): picks the endpoint, sends, falls back to a weaker reply format when the
 * endpoint refuses one, and turns every failure into its class. A refused format costs nothing, so it is asked again here.
 */
import type { JsonObject } from '../../domain/json.ts';
import type { Rng } from '../../domain/random.ts';
import type { ResolvedModel } from '../../domain/run/schema.ts';
import { ProviderError } from '../failures.ts';
import type { RefusedRequest } from './classify-failure.ts';
import { classifyFailure } from './classify-failure.ts';
import { createEndpointHealth } from './endpoint-health.ts';
import type { ChatAnswer, ChatWire } from './openai-client.ts';
import type { ReplyFormat } from './structured-output.ts';
import { createFormatMemory, isFormatRefusal, responseFormat } from './structured-output.ts';

export interface ChatDependencies {
  readonly wire: ChatWire;
  /** Reads an environment variable by name; asked for every call, so that a corrected key is seen. */
  readonly secret: (name: string) => string | undefined;
  /** Endpoint of models without base URL. */
  readonly fallbackBaseUrl: string;
  readonly now: () => number;
  readonly rng: Rng;
}

export interface ChatQuestion {
  readonly model: ResolvedModel;
  /** Request body without reply format. */
  readonly body: JsonObject;
  /** Absent: any text will do. */
  readonly reply?: { readonly name: string; readonly schema: JsonObject };
  readonly signal: AbortSignal;
  readonly attempt: number;
}

export interface ChatReply extends ChatAnswer {
  /** Host and port that answered. */
  readonly endpoint: string;
  /** Body as it was sent. */
  readonly sent: JsonObject;
}

/** Throws ProviderError, or the signal's reason when it was aborted. */
export type Chat = (question: ChatQuestion) => Promise<ChatReply>;

export function createChat(deps: ChatDependencies): Chat {
  const health = createEndpointHealth(deps.now);
  const formats = createFormatMemory();

  const attempt = async (question: ChatQuestion, baseUrl: string, format: ReplyFormat): Promise<ChatReply> => {
    const { model, body, reply, signal } = question;
    const asked = reply === undefined ? {} : responseFormat(format, reply.name, reply.schema);
    const sent = { ...body, ...asked };
    const timeoutMs = model.timeoutSeconds * 1000;
    const answer = await deps.wire.send({ baseUrl, apiKey: keyOf(model), body: sent, timeoutMs, signal });
    return { ...answer, endpoint: new URL(baseUrl).host, sent };
  };

  const keyOf = (model: ResolvedModel): string | undefined => deps.secret(model.apiKeyEnv)?.trim() || undefined;

  const classify = (error: unknown, question: ChatQuestion, host: string): unknown => {
    const { model, signal } = question;
    const key = keyOf(model);
    const scrub = (text: string): string => (key === undefined ? text : text.replaceAll(key, '[key]'));
    const hint = key === undefined ? ` (the variable ${model.apiKeyEnv} is not set)` : '';
    const subject = `${model.model} at ${host}${hint}`;
    const context = { signal, attempt: question.attempt, nowMs: deps.now(), rng: deps.rng, scrub, subject };
    return classifyFailure(toRefusal(error), context);
  };

  return async function chat(question) {
    const { model } = question;
    const baseUrl = health.pick(model.baseUrls.length === 0 ? [deps.fallbackBaseUrl] : model.baseUrls);
    const { host } = new URL(baseUrl);
    for (;;) {
      const format = formats.formatFor(host, model);
      try {
        const reply = await attempt(question, baseUrl, format);
        health.worked(baseUrl);
        return reply;
      } catch (error) {
        const refused = question.reply !== undefined && isFormatRefusal(toRefusal(error));
        if (refused && formats.weaken(host, model, format)) continue;
        const failure = classify(error, question, host);
        if (failure instanceof ProviderError && failure.kind === 'Unavailable') health.failed(baseUrl);
        throw failure;
      }
    }
  };
}

/** The client's errors and our AnswerError carry these fields by duck type; anything else has no status. */
function toRefusal(error: unknown): RefusedRequest & { param?: unknown } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { status, headers, code, type, param } = error as Error & Partial<RefusedRequest> & { param?: unknown };
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return { message: `${error.message}${cause}`, status, headers, code, type, param };
}
