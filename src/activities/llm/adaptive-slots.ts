/**
 * The adaptive limit as slot supplier of a worker (ours): calls are held back before they are taken from the queue, so
 * that waiting costs neither an attempt nor memory.
 */
import type { ActivitySlotInfo, CustomSlotSupplier } from '@temporalio/worker';
import type { AdaptiveLimitOptions, CallSlots } from './adaptive-limit.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';

export interface AdaptiveSlots extends CallSlots, CustomSlotSupplier<ActivitySlotInfo> {
  snapshot(): { readonly limit: number; readonly maximum: number; readonly inUse: number; readonly waiting: number };
}

/** One supplier per worker; hand the same object to the llm activities of that worker. */
export function createAdaptiveSlots(options: AdaptiveLimitOptions): AdaptiveSlots {
  let inUse = 0;
  const waiting: (() => void)[] = [];
  const limit = createAdaptiveLimit(options, () => serve());
  const take = (): boolean => {
    if (inUse >= Math.floor(limit.value())) return false;
    inUse++;
    return true;
  };
  const serve = (): void => {
    while (waiting.length > 0 && take()) waiting.shift()?.();
  };
  return {
    type: 'custom',
    async reserveSlot(_, signal) {
      signal.throwIfAborted();
      if (!take()) await turn(waiting, signal);
      return {};
    },
    tryReserveSlot: () => (waiting.length === 0 && take() ? {} : null),
    markSlotUsed: () => undefined,
    releaseSlot() {
      inUse--;
      serve();
    },
    onSuccess: limit.onSuccess,
    onRateLimited: limit.onRateLimited,
    setMaximum: limit.setMaximum,
    snapshot: () => ({ limit: limit.value(), maximum: limit.maximum(), inUse, waiting: waiting.length }),
  };
}

/** Resolves when it is this caller's turn; rejects with the signal's reason, as the SDK wants it, when it gives up. */
function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const grant = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = (): void => {
      waiting.splice(waiting.indexOf(grant), 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(grant);
  });
}
