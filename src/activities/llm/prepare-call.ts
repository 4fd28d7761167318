/**
 * From a request to a call (ours): facts and settings (kept in memory, they never change), messages, body, key, estimate.
 */
import type { BlobHash, CallKey, RunId } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { ResolvedModel } from '../../domain/run/schema.ts';
import { PromptError, StoreError } from '../failures.ts';
import { callKey, requestBody, requestSeed } from './call-key.ts';
import type { AskRequest, CallStore, RunModels } from './contract.ts';
import { estimateCall, textTokens } from './estimate.ts';
import type { LoadedPrompt, PromptBook } from './load-prompt.ts';
import { RecentlyUsed } from './recently-used.ts';
import { renderPrompt } from './render-prompt.ts';

export interface PreparedCall {
  readonly request: AskRequest;
  readonly prompt: LoadedPrompt;
  readonly model: ResolvedModel;
  readonly facts: JsonObject;
  readonly body: JsonObject;
  readonly key: CallKey;
  readonly estimate: { readonly cost: number; readonly tokens: number };
  /** Estimated tokens of the messages, for endpoints that do not count. */
  readonly promptTokens: number;
}

const keptFacts = 256;
const keptRuns = 64;

/** Throws PromptError for an unknown prompt or facts that do not fit its spec, StoreError when the store does. */
export function createCallPreparation(
  store: CallStore,
  prompts: PromptBook,
): (request: AskRequest) => Promise<PreparedCall> {
  const bodies = new RecentlyUsed<BlobHash, Json>(keptFacts);
  const settings = new RecentlyUsed<RunId, RunModels>(keptRuns);

  const loadModels = async (runId: RunId): Promise<RunModels> => {
    const models = settings.get(runId) ?? (await store.models(runId));
    settings.set(runId, models);
    return models;
  };

  const loadFacts = async ({ runId, facts }: AskRequest): Promise<JsonObject> => {
    const known = Object.entries(facts).map(([name, hash]) => [name, hash, bodies.get(hash)] as const);
    const missing = known.filter(([, , body]) => body === undefined).map(([name, hash]) => [name, hash] as const);
    const loaded = missing.length === 0 ? {} : await store.loadFacts(runId, Object.fromEntries(missing));
    return Object.fromEntries(
      known.map(([name, hash, body]) => {
        const value = body ?? loaded[name];
        if (value === undefined)
          throw new StoreError('NotFound', `The store gave no body ${hash} for the fact "${name}"`);
        bodies.set(hash, value);
        return [name, value];
      }),
    );
  };

  return async function prepareCall(request) {
    const prompt = prompts.get(request.prompt);
    if (prompt === undefined)
      throw new PromptError(`There is no prompt "${request.prompt}"; known: ${[...prompts.keys()].join(', ')}`);
    const models = await loadModels(request.runId);
    const facts = await loadFacts(request);
    const model = models.resolve(prompt.spec.role);
    const rendered = renderPrompt(prompt, showInputs(prompt, facts, request.params), request.feedback);
    const seed = requestSeed({ ...request, seed: models.seed });
    const body = requestBody(model, rendered, seed);
    return {
      request,
      prompt,
      model,
      facts,
      body,
      key: callKey(body, model, request.sample),
      estimate: estimateCall(model, rendered),
      promptTokens: textTokens(rendered.system) + textTokens(rendered.user),
    };
  };
}

function showInputs(prompt: LoadedPrompt, facts: JsonObject, params: JsonObject): Record<string, Json> {
  try {
    return prompt.spec.inputs(facts, params);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PromptError(`Facts or params of ${prompt.id} do not fit its spec: ${why.slice(0, 400)}`, { cause });
  }
}
