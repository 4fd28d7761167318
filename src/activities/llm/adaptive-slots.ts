/**
 * How many calls are in flight (method §1.2; ours): additive increase, multiplicative decrease on HTTP 429.
 * As slot supplier of the worker it holds calls back before they are taken from the queue, so that waiting costs
 * neither an attempt nor memory.
 */
import type { ActivitySlotInfo, CustomSlotSupplier } from '@temporalio/worker';

/** What the llm activity reports; all of it is cheap and never fails. */
export interface CallSlots {
  onSuccess(): void;
  onRateLimited(): void;
  /** The model's configured concurrency: the limit never exceeds it. */
  setMaximum(maximum: number): void;
}

export interface AdaptiveSlots extends CallSlots, CustomSlotSupplier<ActivitySlotInfo> {
  snapshot(): { readonly limit: number; readonly maximum: number; readonly inUse: number; readonly waiting: number };
}

export interface AdaptiveSlotsOptions {
  /** Calls at once until a model says otherwise. */
  readonly maximum: number;
  readonly now: () => number;
  /** Time in which further 429s belong to the same overload: the limit is halved once. */
  readonly recoveryMs?: number;
}

export function createAdaptiveSlots({
  maximum: initial,
  now,
  recoveryMs = 10_000,
}: AdaptiveSlotsOptions): AdaptiveSlots {
  let [maximum, limit, inUse, halvedAt] = [initial, initial, 0, Number.NEGATIVE_INFINITY];
  const waiting: (() => void)[] = [];

  const take = (): boolean => {
    if (inUse >= Math.floor(limit)) return false;
    inUse++;
    return true;
  };
  const serve = (): void => {
    while (waiting.length > 0 && take()) waiting.shift()?.();
  };
  const setLimit = (wanted: number): void => {
    limit = Math.min(maximum, Math.max(1, wanted));
    serve();
  };

  return {
    type: 'custom',
    reserveSlot(_, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (take()) return Promise.resolve({});
      return new Promise((resolve, reject) => {
        const grant = (): void => {
          signal.removeEventListener('abort', leave);
          resolve({});
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(grant), 1);
          // The SDK wants its own reason back: an AbortError.
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(grant);
      });
    },
    tryReserveSlot: () => (waiting.length === 0 && take() ? {} : null),
    markSlotUsed: () => undefined,
    releaseSlot() {
      inUse--;
      serve();
    },
    onSuccess: () => setLimit(limit + 1 / limit),
    onRateLimited() {
      if (now() - halvedAt < recoveryMs) return;
      halvedAt = now();
      setLimit(limit / 2);
    },
    setMaximum(wanted) {
      if (wanted === maximum) return;
      const wasFull = limit === maximum;
      maximum = wanted;
      setLimit(wasFull ? wanted : limit);
    },
    snapshot: () => ({ limit, maximum, inUse, waiting: waiting.length }),
  };
}
