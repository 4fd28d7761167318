/**
 * From a request to a call (ours): facts and settings, messages, body, key, estimate.
 */
import type { Json, JsonObject } from '../../domain/json.ts';
import { PromptError } from '../failures.ts';
import type { BillableCall } from './billable-call.ts';
import { callKey, requestBody, requestSeed } from './call-key.ts';
import type { AskRequest } from './contract.ts';
import { estimateCall, textTokens } from './estimate.ts';
import type { LoadedPrompt, PromptBook } from './load-prompt.ts';
import { renderPrompt } from './render-prompt.ts';
import type { RunInputs } from './run-inputs.ts';

export interface PreparedCall extends BillableCall {
  readonly request: AskRequest;
  readonly prompt: LoadedPrompt;
  readonly facts: JsonObject;
}

/** Throws PromptError for an unknown prompt or facts that do not fit its spec, StoreError when the store does. */
export function createCallPreparation(
  inputs: RunInputs,
  prompts: PromptBook,
): (request: AskRequest) => Promise<PreparedCall> {
  return async function prepareCall(request) {
    const prompt = prompts.get(request.prompt);
    if (prompt === undefined)
      throw new PromptError(`There is no prompt "${request.prompt}"; known: ${[...prompts.keys()].join(', ')}`);
    const models = await inputs.models(request.runId);
    const facts = await inputs.facts(request.runId, request.facts);
    const model = models.resolve(prompt.spec.role);
    const rendered = renderPrompt(prompt, showInputs(prompt, facts, request.params), request.feedback);
    const seed = requestSeed({ ...request, seed: models.seed });
    const messages = [
      { role: 'system', content: rendered.system },
      { role: 'user', content: rendered.user },
    ];
    const body = requestBody(model, { messages, seed });
    const promptTokens = textTokens(rendered.system) + textTokens(rendered.user);
    return {
      runId: request.runId,
      subject: request.subject,
      sample: request.sample,
      request,
      prompt,
      model,
      facts,
      body,
      key: callKey(body, model, request.sample),
      estimate: estimateCall(model, promptTokens),
      promptTokens,
      reply: { name: prompt.schemaName, schema: prompt.schema },
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
