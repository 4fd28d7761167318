/**
 * What a call is, for the cache (method, appendix B; ours): the request as the model sees it, without how it travels.
 * Address, port, key, reply format and retries are left out, so a moved endpoint or a fallback never pays twice.
 */

import type { CallKey } from '../../domain/ids.ts';
import { hashJson } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { seededInt } from '../../domain/random.ts';
import type { ResolvedModel } from '../../domain/run/schema.ts';

/** What a body says beyond the settings of its model. */
export interface RequestContent {
  readonly messages: readonly Json[];
  /** Absent or empty: the model has none. */
  readonly tools?: readonly Json[];
  readonly seed: number;
}

/** Body of the request without its reply format; `extraBody` wins over our settings, never over model, messages and tools. */
export function requestBody(
  model: ResolvedModel,
  { messages, tools = [], seed }: RequestContent,
): Record<string, Json> {
  return {
    temperature: model.temperature,
    top_p: model.topP,
    max_tokens: model.maxTokens,
    seed,
    ...model.extraBody,
    model: model.model,
    messages,
    ...(tools.length > 0 && { tools }),
    stream: false,
  };
}

/** Derived from run, prompt, subject and sample, so that equal prompts of two subjects are two calls. */
export function requestSeed(from: { seed: number; prompt: string; subject: string; sample: number }): number {
  return seededInt(`${from.seed}\n${from.prompt}\n${from.subject}\n${from.sample}`);
}

export function callKey(body: JsonObject, model: ResolvedModel, sample: number): CallKey {
  // A CallKey is by definition this hash.
  return hashJson({ body, model: model.model, provider: providerLabel(model), sample }) as CallKey;
}

/** Host name of the first base URL, without port; "default" for the worker's own endpoint. */
export function providerLabel(model: ResolvedModel): string {
  const first = model.baseUrls[0];
  return first === undefined ? 'default' : new URL(first).hostname;
}
