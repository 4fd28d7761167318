/**
 * Closing a call (ours): what the answer is worth, recorded in one transaction, and the outcome for the workflow.
 * An answer that is paid for is not lost to a short outage of the store.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../failures.ts';
import type { PaidCall } from './billable-call.ts';
import type { AskOutcome, CallStore, CallUse } from './contract.ts';
import { judgeAnswer, refusalOf } from './judge-answer.ts';
import type { PreparedCall } from './prepare-call.ts';

/** Waits before recording a paid answer again while the store is away; then the call fails and may be paid twice. */
const recordRetryMs = [250, 500, 1000, 2000, 4000, 8000];

/** Throws ProviderError of kind ContentFilter, after recording the call, when provider or model refused to answer. */
export async function settleCall(
  store: CallStore,
  { call, record, cached, workflowId }: PaidCall<PreparedCall>,
): Promise<AskOutcome> {
  const { runId, subject, prompt } = call.request;
  const use = { runId, subject, prompt, key: call.key, workflowId, ...(cached ? {} : { record }) };
  const refusal = refusalOf(record);
  if (refusal !== undefined) {
    await recordUse(store, { ...use, problems: [refusal.message] });
    throw refusal;
  }
  const judged = judgeAnswer(call, record);
  if (!judged.ok) {
    await recordUse(store, { ...use, problems: judged.problems });
    return { status: 'invalid', call: call.key, rule: judged.rule, problems: judged.problems, cached };
  }
  await recordUse(store, { ...use, reply: judged.reply, problems: [] });
  return { status: 'answered', call: call.key, reply: judged.reply.hash, summary: judged.summary, cached };
}

/** Records a use; an answer that was paid for now is held on to while the store is away. */
export async function recordUse(store: CallStore, use: CallUse): Promise<void> {
  for (const waitMs of use.record === undefined ? [] : recordRetryMs) {
    try {
      return await store.recordUse(use);
    } catch (error) {
      if (!(error instanceof StoreError && error.type === 'Store.Unavailable')) throw error;
      await sleep(waitMs);
    }
  }
  await store.recordUse(use);
}
