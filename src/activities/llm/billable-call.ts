/**
 * One billable call, whatever is asked (method §1.2): claimed, sent unless it is on record, recorded. Paid at most once.
 * Covered: one at a time per key, budget, heartbeat, cancellation, failure classes, closing the queue.
 */
import { asyncLocalStorage } from '@temporalio/activity';
import type { CallKey, RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ResolvedModel } from '../../domain/run/schema.ts';
import { ProviderError } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { CallRecord, CallStore } from './contract.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { CallPlace, RequestDependencies } from './request-answer.ts';
import { createRequester } from './request-answer.ts';
import { type CallContext, whileWanted } from './wanted-call.ts';

export interface BillableCall {
  readonly runId: RunId;
  /** What the call is made for. */
  readonly subject: string;
  readonly sample: number;
  /** Name and version of the text that asks; the hash is SHA-256 of its file. */
  readonly prompt: { readonly id: string; readonly hash: string };
  readonly model: ResolvedModel;
  readonly body: JsonObject;
  readonly key: CallKey;
  readonly estimate: { readonly cost: number; readonly tokens: number };
  /** Estimated tokens of what is sent, for endpoints that do not count. */
  readonly promptTokens: number;
  /** The form of the answer; absent: as the model likes. */
  readonly reply?: { readonly name: string; readonly schema: JsonObject };
}

export interface PaidCall<Call extends BillableCall> {
  readonly call: Call;
  readonly record: CallRecord;
  /** True when the record was there before. */
  readonly cached: boolean;
  readonly workflowId: string;
}

/** Pays for a call unless it is on record, and settles it before another call of its key may begin. */
export type Pay = <Call extends BillableCall, Outcome>(
  call: Call,
  settle: (paid: PaidCall<Call>) => Promise<Outcome>,
) => Promise<Outcome>;

/** Runs an activity's work for as long as somebody wants its outcome. */
export type Cashier = <Outcome>(runId: RunId, work: (pay: Pay) => Promise<Outcome>) => Promise<Outcome>;

export function createCashier(deps: RequestDependencies & { readonly store: CallStore }): Cashier {
  const requestAnswer = createRequester(deps);

  // An attempt that Temporal gave up may still wait for its answer when the next one starts.
  const oneAtATime = createOneAtATime();

  return async (runId, work) => {
    const { context, ...place } = currentPlace();
    let [phase, callKey] = ['prepare', ''];
    const payWith = (signal: AbortSignal): Pay => {
      return async (call, settle) => {
        [phase, callKey] = ['wait', call.key];
        return oneAtATime(call.key, signal, async () => {
          phase = 'claim';
          const known = await claim(deps.store, call);
          phase = 'request';
          const record = known ?? (await requestAnswer(call, { ...place, signal }));
          phase = 'record';
          return settle({ call, record, cached: known !== undefined, workflowId: place.workflowId });
        });
      };
    };
    const isOver = (): Promise<boolean> => deps.store.isOver(runId);
    return withHeartbeat(
      () => ({ phase, callKey }),
      () => whileWanted(context, isOver, (signal) => work(payWith(signal))),
    );
  };
}

/** The call from the record, or undefined with its estimate set aside; throws when the budget does not allow it. */
async function claim(store: CallStore, { runId, key, estimate }: BillableCall): Promise<CallRecord | undefined> {
  const start = await store.begin({ runId, key, estimate });
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
