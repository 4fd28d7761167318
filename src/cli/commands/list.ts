import { Command } from 'commander';
import { listRuns } from '../../activities/store/status.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** `astra list` */
export function listCommand(terminal: Terminal): Command {
  return new Command('list').description('all runs, newest first').action(handle(terminal, list));
}

async function list({ output, settings }: CommandContext): Promise<ExitCode> {
  const runs = await withDatabase(settings(), listRuns);
  const lines = runs.map(({ run, status, phase, createdAt }) =>
    [run.padEnd(32), status.padEnd(20), phase.padEnd(16), createdAt].join(' '),
  );
  output.result({ runs }, lines.length === 0 ? 'no run yet: astra run configs/demo.yaml' : lines.join('\n'));
  return exitCodes.done;
}
