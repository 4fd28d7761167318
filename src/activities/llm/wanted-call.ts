/**
 * What ends a call of a model (ours). Temporal gives an attempt up when it hears nothing of it for half a minute, also
 * when it was Temporal that was away; the answer is on its way and will be charged. Such a call goes on and is recorded, and
 * the attempt that replaces it finds the record. A cancellation ends it, and so does the end of its run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';

/** Between two looks whether the run of a lost attempt still goes on: a cancelled run may be written down a little later. */
const lookMs = 3_000;

/** What is known of the activity that makes the call. */
export type CallContext = Pick<Context, 'cancellationSignal' | 'cancellationDetails'>;

/**
 * Runs the work with a signal that aborts, with the activity's own reason, when nobody wants the answer any more.
 * `isOver`: whether the run has ended; while that cannot be told, the call goes on.
 */
export async function whileWanted<T>(
  context: CallContext,
  isOver: () => Promise<boolean>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const unwanted = new AbortController();
  const settled = new AbortController();
  const { cancellationSignal: signal } = context;
  const end = (): void => unwanted.abort(signal.reason);
  const decide = (): void => {
    if (!wasLost(context)) return end();
    void untilOver(isOver, settled.signal).then((over) => (over ? end() : undefined));
  };
  if (signal.aborted) decide();
  else signal.addEventListener('abort', decide, { once: true, signal: settled.signal });
  try {
    return await work(unwanted.signal);
  } finally {
    settled.abort();
  }
}

/** Temporal no longer knows the attempt, and nobody asked for its end. */
function wasLost({ cancellationDetails: details }: CallContext): boolean {
  return details !== undefined && !details.cancelRequested && (details.notFound || details.timedOut);
}

/** True once the run is over; false when the call has settled before. */
async function untilOver(isOver: () => Promise<boolean>, settled: AbortSignal): Promise<boolean> {
  while (!settled.aborted) {
    if (await isOver().catch(() => false)) return true; // the store may be away too
    await sleep(lookMs, undefined, { signal: settled }).catch(() => undefined); // the loop looks at the signal
  }
  return false;
}
