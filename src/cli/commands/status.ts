import { Command } from 'commander';
import type { Pool } from 'pg';
import { listRuns } from '../../activities/store/status.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { type Followed, follow } from '../follow.ts';
import { progressLines } from '../progress-view.ts';
import { createRunReader, type RunReport } from '../run-report.ts';

/** `astra status [RUN]` */
export function statusCommand(terminal: Terminal): Command {
  return new Command('status')
    .argument('[run]', 'run id (default: the newest)')
    .option('--watch', 'follow it to its end; Ctrl-C leaves it running')
    .description('how a run stands; needs Postgres alone')
    .action(handle(terminal, status));
}

/** Exit code 1 for a run that failed or was cancelled. */
async function status(
  context: CommandContext,
  { watch }: { readonly watch?: boolean },
  [named]: readonly string[],
): Promise<ExitCode> {
  const { output } = context;
  const settings = context.settings();
  const seen = await withDatabase(settings, async (pool) => {
    const reader = createRunReader({ pool, settings, run: named ?? (await newestRun(pool)) });
    return watch === true ? follow(context, reader.read) : reader.read();
  });
  if (seen === undefined) return exitCodes.interrupted;
  // The view has just been drawn to its end.
  output.result(seen.report, watch === true ? '' : statusText(context, seen));
  return ['failed', 'cancelled'].includes(seen.progress.status) ? exitCodes.notRight : exitCodes.done;
}

async function newestRun(pool: Pool): Promise<string> {
  const [newest] = await listRuns(pool);
  if (newest === undefined) throw new InputError('there is no run yet. Start one: astra run configs/demo.yaml');
  return newest.run;
}

function statusText({ output }: CommandContext, { report, progress }: Followed<RunReport>): string {
  const outcomes = Object.entries(report.counts).flatMap(([kind, counts]) =>
    Object.entries(counts)
      .filter(([key]) => key.includes(':'))
      .map(([key, count]) => `  ${String(count).padStart(5)}  ${kind} ${key}`),
  );
  return [...progressLines(progress, output.paint, output.columns), ...outcomes].join('\n');
}
