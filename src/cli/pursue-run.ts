/** A run from its start to its end, as one watcher sees it: start or attach, follow, say how it ended. */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { showRestart } from '../activities/store/restart.ts';
import { openRun } from '../activities/store/runs.ts';
import type { RunId } from '../domain/ids.ts';
import type { RunConfig } from '../domain/run/schema.ts';
import type { CommandContext } from './command-context.ts';
import { withDatabase } from './database.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type Followed, follow } from './follow.ts';
import { hasWorker, startPipeline } from './pipeline.ts';
import { configJson } from './run-id.ts';
import { createRunReader, type RunReport } from './run-report.ts';
import { temporalPage } from './stack.ts';
import { withTemporal } from './temporal.ts';

export interface Pursuit {
  readonly run: RunId;
  readonly config: RunConfig;
  readonly detach: boolean;
  /** Start again although it is completed: some of its items were re-opened. */
  readonly again: boolean;
}

/** Starts or attaches, follows to the end, prints the report; exit code 1 when the run failed or was cancelled. */
export async function pursueRun(context: CommandContext, pursuit: Pursuit): Promise<ExitCode> {
  const { output } = context;
  const { run } = pursuit;
  const seen = await followPursuit(context, pursuit);
  if (seen === 'detached') {
    output.result({ run, status: 'running' }, `${run} is running\nattach    astra status ${run} --watch`);
    return exitCodes.done;
  }
  if (seen === undefined) {
    output.note(`\ndetached; ${run} goes on. Attach again: astra status ${run} --watch`);
    if (output.json) output.result({ run, status: 'detached' }, '');
    return exitCodes.interrupted;
  }
  output.result({ ...seen.report, temporalUi: temporalPage(context.settings(), run) ?? null }, endText(context, seen));
  return seen.progress.status === 'completed' ? exitCodes.done : exitCodes.notRight;
}

/** The end of the run, `detached` as asked, or undefined after Ctrl-C. */
export function followPursuit(
  context: CommandContext,
  pursuit: Pursuit,
): Promise<Followed<RunReport> | 'detached' | undefined> {
  const settings = context.settings();
  return withTemporal(settings, (client) =>
    withDatabase(settings, async (pool) => {
      const reader = createRunReader({ pool, client, settings, run: pursuit.run });
      // The store outlives Temporal's retention: a run that is completed there never starts a second time.
      const known = pursuit.again ? undefined : await reader.stored();
      if (known?.progress.status !== 'completed') await startOrAttach(context, { client, pool }, pursuit);
      return pursuit.detach ? 'detached' : follow(context, reader.read);
    }),
  );
}

async function startOrAttach(
  { output }: CommandContext,
  { client, pool }: { readonly client: Client; readonly pool: Pool },
  { run, config, again }: Pursuit,
): Promise<void> {
  const given = configJson(config);
  // The run's first activity does the same: until a worker comes, `status` and `list` would not know the run.
  await openRun(pool, { runId: run, config: given });
  const what = await showRestart(pool, run, () => startPipeline(client, { run, config: given, again }));
  output.note(what === 'started' ? `run ${run}` : `run ${run} (already there)`);
  if (!(await hasWorker(client))) output.note('no worker polls for it: start one with astra worker; the run waits');
}

function endText(context: CommandContext, { progress }: Followed<RunReport>): string {
  const { run, status, note } = progress;
  const page = temporalPage(context.settings(), run);
  return [
    `${run} ${status}${note === null ? '' : `: ${note}`}`,
    ...(page === undefined ? [] : [`history   ${page}`]),
    `next      ${status === 'completed' ? `astra export ${run} --to DIR` : `astra retry ${run}`}`,
  ].join('\n');
}
