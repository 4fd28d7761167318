/**
 * The llm activity (method §1.2, §1.3): one ask is one billable call, paid at most once.
 * Covered: cache, budget, heartbeat, cancellation, failure classes, closing the queue, the record of the call.
 * Not covered: asking again after an unusable reply (the workflow), tokens per minute (the endpoint's 429 decides).
 */
import { asyncLocalStorage } from '@temporalio/activity';
import { ProviderError, wrapActivities } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { AskOutcome, AskRequest, CallRecord, CallStore, LlmActivities } from './contract.ts';
import type { PromptBook } from './load-prompt.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { PreparedCall } from './prepare-call.ts';
import { createCallPreparation } from './prepare-call.ts';
import type { CallPlace, RequestDependencies } from './request-answer.ts';
import { createRequester } from './request-answer.ts';
import { settleCall } from './settle-call.ts';
import { type CallContext, whileWanted } from './wanted-call.ts';

export interface LlmDependencies extends RequestDependencies {
  readonly store: CallStore;
  readonly prompts: PromptBook;
}

export function createLlmActivities(deps: LlmDependencies): LlmActivities {
  const prepareCall = createCallPreparation(deps.store, deps.prompts);
  const requestAnswer = createRequester(deps);

  // An attempt that Temporal gave up may still wait for its answer when the next one starts.
  const oneAtATime = createOneAtATime();

  async function ask(request: AskRequest): Promise<AskOutcome> {
    const { context, ...place } = currentPlace();
    let [phase, callKey] = ['prepare', ''];
    const steps = async (signal: AbortSignal): Promise<AskOutcome> => {
      const call = await prepareCall(request);
      [phase, callKey] = ['wait', call.key];
      return oneAtATime(call.key, signal, async () => {
        phase = 'claim';
        const known = await claim(deps.store, call);
        phase = 'request';
        const record = known ?? (await requestAnswer(call, { ...place, signal }));
        phase = 'record';
        const settled = { call, record, cached: known !== undefined, workflowId: place.workflowId };
        return settleCall(deps.store, settled);
      });
    };
    const isOver = (): Promise<boolean> => deps.store.isOver(request.runId);
    return withHeartbeat(
      () => ({ phase, callKey }),
      () => whileWanted(context, isOver, steps),
    );
  }

  return wrapActivities({ ask });
}

/** The call from the record, or undefined with its estimate set aside; throws when the budget does not allow it. */
async function claim(store: CallStore, { request, key, estimate }: PreparedCall): Promise<CallRecord | undefined> {
  const start = await store.begin({ runId: request.runId, key, estimate });
  if (start.status === 'recorded') return start.record;
  if (start.status === 'reserved') return undefined;
  if (start.held === true) throw new ProviderError('BudgetHeld', start.reason, { retryAfterMs: 5000 });
  throw new ProviderError('Budget', start.reason);
}

/** Outside Temporal (command line, tests) nothing cancels the call and it is attempt 1. */
function currentPlace(): Omit<CallPlace, 'signal'> & { readonly context: CallContext } {
  const context = asyncLocalStorage.getStore();
  return {
    workflowId: context?.info.workflowExecution?.workflowId ?? 'none',
    attempt: context?.info.attempt ?? 1,
    context: context ?? { cancellationSignal: new AbortController().signal, cancellationDetails: undefined },
  };
}
