/** A run of the learning proof from wherever it stands to its end: what is complete is not computed again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from '../../src/cli/control.ts';
import { pipelineEnd, pipelineId, startPipeline } from '../../src/cli/pipeline.ts';
import { configJson } from '../../src/cli/run-id.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { RunConfig } from '../../src/domain/run/schema.ts';
import type { BenchStack } from '../support/stack.ts';

/** How often a parked run is told to go on before it counts as stopped. */
const patience = 3;
const pollMs = 2_000;

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
  const handle = client.workflow.getHandle(pipelineId(run));
  const parked: string[] = [];
  while (!interrupted.aborted) {
    const end = await pipelineEnd(client, run);
    if (end?.status === 'completed') return { status: 'completed', parked };
    if (end !== undefined) return { status: 'stopped', reason: `${end.status}: ${end.reason ?? 'without a reason'}` };
    const view = await statusOf(handle);
    if (view?.waitingFor === 'correction') {
      parked.push(view.note ?? 'without a reason');
      console.error(`${run} is parked: ${parked.at(-1)}`);
      if (parked.length > patience) return { status: 'stopped', reason: `parked: ${parked.at(-1)}` };
      await handle.executeUpdate('correct', { args: [{ note: 'the bench lets it go on' }] });
    }
    await sleep(pollMs);
  }
  return { status: 'open' };
}
