/**
 * Sending a call that is not on record (method §1.2): what the answer or the failure means for slots, gate and budget.
 */
import { canonicalJson } from '../../domain/ids.ts';
import type { ModelRole } from '../../domain/run/schema.ts';
import { ProviderError, StoreError } from '../failures.ts';
import type { CallSlots } from './adaptive-limit.ts';
import type { BillableCall } from './billable-call.ts';
import type { Chat, ChatReply } from './chat.ts';
import type { CallRecord, CallStore } from './contract.ts';
import { costOf, textTokens } from './estimate.ts';
import type { OutageWatch } from './outage-watch.ts';

export interface RequestDependencies {
  readonly store: Pick<CallStore, 'release'>;
  readonly chat: Chat;
  readonly outages: OutageWatch;
  /** The task queue on which calls of a role wait. */
  readonly queueOf: (role: ModelRole) => string;
  /** Slots of the worker that serves a queue, when they adapt. */
  readonly slotsOf?: (queue: string) => CallSlots | undefined;
  readonly now: () => number;
}

/** Where a call is made. */
export interface CallPlace {
  readonly workflowId: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** Throws ProviderError, or the signal's reason when the activity was cancelled; both give the reservation back. */
export type Requester = (call: BillableCall, place: CallPlace) => Promise<CallRecord>;

export function createRequester(deps: RequestDependencies): Requester {
  return async function requestAnswer(call, { signal, attempt }) {
    const { model, body, reply } = call;
    const queue = deps.queueOf(model.role);
    const slots = deps.slotsOf?.(queue);
    slots?.setMaximum(model.concurrency);
    const startedAt = deps.now();
    try {
      const answer = await deps.chat({ model, body, ...(reply === undefined ? {} : { reply }), signal, attempt });
      slots?.onSuccess();
      deps.outages.alive(queue);
      return toRecord(call, answer, { latencyMs: deps.now() - startedAt, attempt });
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'RateLimit') slots?.onRateLimited();
      const at = { queue, runId: call.runId, role: model.role };
      const failure = error instanceof ProviderError ? await deps.outages.failed(error, at) : error;
      await releaseUnlessAway(deps.store, call);
      throw failure;
    }
  };
}

/** While the store is away the call's own failure says more than the store's; the next claim replaces the reservation. */
async function releaseUnlessAway(store: Pick<CallStore, 'release'>, { runId, key }: BillableCall): Promise<void> {
  try {
    await store.release(runId, key);
  } catch (error) {
    if (!(error instanceof StoreError && error.type === 'Store.Unavailable')) throw error;
  }
}

function toRecord(call: BillableCall, answer: ChatReply, measured: { latencyMs: number; attempt: number }): CallRecord {
  const { usage: counted, sent, calls, ...said } = answer;
  const written = calls.length === 0 ? '' : JSON.stringify(calls);
  const estimated = {
    promptTokens: call.promptTokens,
    completionTokens: textTokens(answer.content) + textTokens(answer.reasoning ?? '') + textTokens(written),
  };
  const usage = counted ?? estimated;
  return {
    key: call.key,
    prompt: call.prompt.id,
    promptHash: call.prompt.hash,
    model: call.model.model,
    sample: call.sample,
    request: canonicalJson(sent),
    cost: costOf(call.model, usage),
    ...said,
    ...(calls.length > 0 && { calls }),
    ...usage,
    ...measured,
  };
}
