/** A run of the learning proof from wherever it stands to its end: what is complete is not computed again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { statusOf } from '../../src/cli/control.ts';
import { pipelineEnd, pipelineId, startPipeline } from '../../src/cli/pipeline.ts';
import { configJson } from '../../src/cli/run-id.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { RunConfig } from '../../src/domain/run/schema.ts';
import type { BenchStack } from '../support/stack.ts';

/**
 * How often a parked run is told to go on before it counts as stopped. Precision alone ends with one right call for nearly
 * every task: its batches find too few groups whose rewards differ, again and again, and the next groups fill them.
 */
const patience = 30;
const pollMs = 2_000;
/** Looks in a row that the server may leave without an answer: on a busy machine it is slow, not gone. */
const missedLooks = 30;

export type RunEnd =
  | { readonly status: 'completed'; readonly parked: readonly string[] }
  | { readonly status: 'stopped'; readonly reason: string }
  /** The bench was interrupted; the run goes on when it is started again. */
  | { readonly status: 'open' };

/** Starts or attaches, resumes what parks as an operator would, and says how it ended. */
export async function pursue(
  { client }: BenchStack,
  { run, config }: { readonly run: string; readonly config: RunConfig },
  interrupted: AbortSignal,
): Promise<RunEnd> {
  await startPipeline(client, { run: run as RunId, config: configJson(config), again: false });
  const parked: string[] = [];
  let missed = 0;
  while (!interrupted.aborted) {
    try {
      const end = await look(client, run, parked);
      if (end !== undefined) return end;
      missed = 0;
    } catch (error) {
      if (++missed > missedLooks) throw error;
    }
    await sleep(pollMs);
  }
  return { status: 'open' };
}

/** The end of a run, or undefined while it goes on; notes why it was parked, and lets it go on. */
async function look(client: Client, run: string, parked: string[]): Promise<RunEnd | undefined> {
  const end = await pipelineEnd(client, run);
  if (end?.status === 'completed') return { status: 'completed', parked };
  if (end !== undefined) return { status: 'stopped', reason: `${end.status}: ${end.reason ?? 'without a reason'}` };
  const handle = client.workflow.getHandle(pipelineId(run));
  const view = await statusOf(handle);
  if (view?.waitingFor !== 'correction') return undefined;
  const note = view.note ?? 'without a reason';
  if (parked.length === patience) return { status: 'stopped', reason: `parked: ${note}` };
  console.error(`${run} is parked: ${note}`);
  parked.push(note);
  await handle.executeUpdate('correct', { args: [{ note: 'the bench lets it go on' }] });
  return undefined;
}
