/**
 * One turn of an agent (paper §3.1; method §5.1): the results of its last calls go in, its next message comes out, and the
 * conversation up to there is stored with the call. The same input always gives the same conversation: an answer on record
 * is read again, never asked for again.
 */

import type { ArgumentValidator } from '../../domain/environment/argument-check.ts';
import { type AgentReply, openCalls, withReply } from '../../domain/episode/conversation.ts';
import { type ReadCall, readCall } from '../../domain/episode/read-call.ts';
import { Conversation } from '../../domain/episode/schema.ts';
import { ShownTools } from '../../domain/episode/shown-tools/schema.ts';
import { type BlobHash, canonicalJson, hashText } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { agentCall, type TurnCall, tokensOf } from './agent-call.ts';
import type { Pay } from './billable-call.ts';
import { continueConversation } from './continue-conversation.ts';
import type { CallRecord, CallStore, StoredText } from './contract.ts';
import type { AgentCall, ConverseOutcome, ConverseRequest } from './converse-contract.ts';
import { refusalOf } from './judge-answer.ts';
import { hasOpenThinking } from './parse-output.ts';
import type { RunInputs } from './run-inputs.ts';
import { recordUse } from './settle-call.ts';

export interface ConverseDependencies {
  readonly store: CallStore;
  readonly inputs: RunInputs;
  readonly validate: ArgumentValidator;
}

/** More calls than this in one turn are no plan but a loop. */
const mostCalls = 32;

export function createConverse({ store, inputs, validate }: ConverseDependencies) {
  return async function converse(request: ConverseRequest, pay: Pay): Promise<ConverseOutcome> {
    const { runId, limits } = request;
    const facts = await inputs.facts(runId, { tools: request.tools, conversation: request.conversation });
    const tools = ShownTools.parse(facts['tools']);
    const read = (call: Parameters<typeof readCall>[0]): ReadCall =>
      readCall(
        call,
        tools.map((tool) => tool.function),
        validate,
      );
    const earlier = Conversation.parse(facts['conversation']);
    const conversation = await continueConversation(earlier, request, { inputs, read });
    const told = toStored(conversation);
    const stop = async (why: 'call_budget' | 'token_budget'): Promise<ConverseOutcome> => {
      await store.saveBodies([told]);
      return { status: 'stopped', why, conversation: told.hash };
    };
    if (limits.calls <= 0) return stop('call_budget');
    if (tokensOf(conversation, tools) > limits.contextTokens) return stop('token_budget');
    const call = agentCall({ request, tools, conversation, models: await inputs.models(runId) });
    return pay(call, (paid) => settleTurn({ store, told, read }, paid));
  };
}

interface Turn {
  readonly store: CallStore;
  /** The conversation before the turn. */
  readonly told: StoredText;
  readonly read: (call: AgentReply['calls'][number]) => ReadCall;
}

/** Throws ProviderError of kind ContentFilter, after recording the call, when provider or model refused to answer. */
async function settleTurn(
  { store, told, read }: Turn,
  { call, record, cached, workflowId }: { call: TurnCall; record: CallRecord; cached: boolean; workflowId: string },
): Promise<ConverseOutcome> {
  const { runId, subject, key, prompt } = call;
  const use = { runId, subject, key, workflowId, prompt: prompt.id, ...(cached ? {} : { record }) };
  const refusal = refusalOf(record);
  if (refusal !== undefined) {
    await recordUse(store, { ...use, problems: [refusal.message] });
    throw refusal;
  }
  const problem = turnProblem(record);
  if (problem !== undefined) {
    await recordUse(store, { ...use, problems: [problem.detail], bodies: [told] });
    return { status: 'unusable', why: problem.why, conversation: told.hash };
  }
  const next = withReply(call.conversation, replyOf(record), {
    call: key,
    finishReason: record.finishReason,
    promptTokens: record.promptTokens,
    completionTokens: record.completionTokens,
  });
  const reply = toStored(next);
  const requests: StoredText[] = [];
  const calls = openCalls(next).map(({ id, function: written }): AgentCall => {
    const taken = read(written);
    if (!taken.ok) return { id, name: written.name.slice(0, 200), request: null, problem: taken.problem };
    const stored = toStored(taken.request);
    requests.push(stored);
    return { id, name: written.name, request: stored.hash, problem: null };
  });
  await recordUse(store, { ...use, reply, bodies: requests, problems: [] });
  return { status: 'said', conversation: reply.hash, calls };
}

function replyOf({ content, reasoning, calls = [] }: CallRecord): AgentReply {
  return { content: content.trim(), reasoning, calls };
}

function turnProblem(record: CallRecord): { why: 'empty_reply' | 'length'; detail: string } | undefined {
  const { content, calls = [], finishReason, completionTokens } = record;
  if (finishReason === 'length') return { why: 'length', detail: `cut off at ${completionTokens} tokens` };
  if (calls.length > mostCalls) return { why: 'length', detail: `${calls.length} calls in one turn` };
  if (calls.length > 0) return undefined;
  if (content.trim() === '') return { why: 'empty_reply', detail: 'neither text nor calls' };
  return hasOpenThinking(content)
    ? { why: 'empty_reply', detail: 'the thinking was opened with <think> and never closed' }
    : undefined;
}

function toStored(value: object): StoredText {
  // Conversations and requests are JSON values throughout.
  const text = canonicalJson(value as Json);
  // A BlobHash is by definition the hash of the canonical text.
  return { text, hash: hashText(text) as BlobHash };
}
