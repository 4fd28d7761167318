/**
 * Heartbeats for long activities (ours): by timer from entry over the whole lifetime, so that no stretch of work (set-up,
 * a slow answer, writing the result) is taken for a dead worker. Cancellation reaches an activity only this way.
 * None at entry: the server counts the timeout from the start, and a beat costs it as much as a step of the workflow.
 */
import { asyncLocalStorage } from '@temporalio/activity';

/** Progress that a reader of the pending activity sees. */
export type Progress = () => { readonly phase: string; readonly [detail: string]: string | number };

/**
 * Runs the function and reports `progress()` three times per heartbeat timeout until it settles.
 * Outside an activity, and in one without heartbeat timeout, it only runs the function.
 */
export async function withHeartbeat<T>(progress: Progress, run: () => Promise<T>): Promise<T> {
  const context = asyncLocalStorage.getStore();
  const timeoutMs = context?.info.heartbeatTimeoutMs;
  if (context === undefined || timeoutMs === undefined) return run();
  const timer = setInterval(() => context.heartbeat(progress()), timeoutMs / 3);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}
