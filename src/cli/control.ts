/** Human control of an open run: one message in, what the run says afterwards out. */
import type { WorkflowHandle } from '@temporalio/client';
import type { RunView } from '../workflows/messages.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { runId } from './run-id.ts';
import { toRun, withTemporal } from './temporal.ts';

export interface Message {
  readonly run: string;
  /** What the text says was done, for example "paused: items in flight finish". */
  readonly done: string;
  /** The next thing to type. */
  readonly next: string;
}

/** Sends a message to the open execution of a run and prints `{run, status, …}`. */
export async function control(
  { output, settings }: CommandContext,
  { run, done, next }: Message,
  send: (handle: WorkflowHandle) => Promise<unknown>,
): Promise<ExitCode> {
  const view = await withTemporal(settings(), (client) =>
    toRun(client, runId(run), async (handle) => {
      await send(handle);
      return statusOf(handle);
    }),
  );
  output.result({ run, ...(view ?? { status: 'requested' }) }, `${run} ${done}\n${next}`);
  return exitCodes.done;
}

/** What an open run says of itself, or null without a worker: queries need one, signals do not. */
export async function statusOf(handle: WorkflowHandle): Promise<RunView | null> {
  try {
    return await handle.client.connection.withDeadline(Date.now() + 3_000, () => handle.query<RunView>('status'));
  } catch {
    return null; // the message itself was taken: the server keeps it until a worker comes
  }
}
