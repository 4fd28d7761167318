/** A turn of an agent as a billable call (method §5.1): its messages, its tools, and how large it is. */
import { sentMessages } from '../../domain/episode/conversation.ts';
import type { Conversation } from '../../domain/episode/schema.ts';
import type { ShownTools } from '../../domain/episode/shown-tools/schema.ts';
import { hashText } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import type { BillableCall } from './billable-call.ts';
import { callKey, requestBody, requestSeed } from './call-key.ts';
import type { RunModels } from './contract.ts';
import type { ConverseRequest } from './converse-contract.ts';
import { estimateCall, textTokens } from './estimate.ts';

/** Under this name turns stand in the call record; no file has their text: it is the conversation. */
const prompt = { id: 'trajectory/agent', hash: hashText('trajectory/agent/1') };

export interface TurnCall extends BillableCall {
  readonly conversation: Conversation;
}

export function agentCall({
  request,
  tools,
  conversation,
  models,
}: {
  readonly request: ConverseRequest;
  readonly tools: ShownTools;
  readonly conversation: Conversation;
  readonly models: RunModels;
}): TurnCall {
  const { runId, subject, sample } = request;
  const model = models.resolve('agent');
  const seed = requestSeed({ seed: models.seed, prompt: prompt.id, subject, sample });
  // Messages and tools were parsed from JSON: they hold JSON values only.
  const shown = tools as readonly object[] as readonly Json[];
  const messages = sentMessages(conversation.messages) as readonly object[] as readonly Json[];
  const body = requestBody(model, { messages, tools: shown, seed });
  const promptTokens = textTokens(JSON.stringify([messages, shown]));
  const estimate = estimateCall(model, promptTokens);
  return {
    runId,
    subject,
    sample,
    prompt,
    model,
    body,
    key: callKey(body, model, sample),
    estimate,
    promptTokens,
    conversation,
  };
}

/**
 * Tokens of the next request: what the endpoint counted for the last turn and an upper bound for what came after it, or
 * an upper bound for everything before the first one.
 */
export function tokensOf({ messages, steps }: Conversation, tools: ShownTools): number {
  const counted = steps.findLast((step) => step.kind === 'agent');
  if (counted === undefined) return textTokens(JSON.stringify([messages, tools]));
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
  return counted.promptTokens + counted.completionTokens + textTokens(JSON.stringify(since));
}
