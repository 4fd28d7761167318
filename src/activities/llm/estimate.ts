/**
 * What a call may cost, and what it did (ours). The estimate is set aside before the request, so it is an upper bound:
 * a token for every 3 bytes of UTF-8 (English needs 4 to 5, Chinese about 3) and the answer as long as it may become.
 */
import type { ResolvedModel } from '../../domain/run/schema.ts';

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Tokens a text has at most, by its UTF-8 length. */
export function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}

/** In the currency of the prices. */
export function costOf(model: ResolvedModel, usage: Usage): number {
  const { promptPerMillion, completionPerMillion } = model.price;
  return (usage.promptTokens * promptPerMillion + usage.completionTokens * completionPerMillion) / 1_000_000;
}

/** Upper bound for a request of so many tokens, its answer as long as it may become. */
export function estimateCall(model: ResolvedModel, promptTokens: number): { cost: number; tokens: number } {
  const usage = { promptTokens, completionTokens: model.maxTokens };
  return { cost: costOf(model, usage), tokens: promptTokens + model.maxTokens };
}
