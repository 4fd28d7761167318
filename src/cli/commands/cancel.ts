import { Command } from 'commander';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { waitUntilClosed } from '../pipeline.ts';
import { runId } from '../run-id.ts';
import { toRun, withTemporal } from '../temporal.ts';

/** How long the command waits for the run's clean-up before it says "cancelling". */
const waitMs = 15_000;

/** `astra cancel RUN` */
export function cancelCommand(terminal: Terminal): Command {
  return new Command('cancel')
    .argument('<run>', 'run id')
    .description('end a run cleanly; what is finished stays, the same astra run starts it again')
    .action(handle(terminal, cancel));
}

async function cancel(context: CommandContext, _options: object, [run = '']: readonly string[]): Promise<ExitCode> {
  const closed = await withTemporal(context.settings(), async (client) => {
    await toRun(client, runId(run), (handle) => handle.cancel());
    return waitUntilClosed(client, run, waitMs);
  });
  const status = closed ? 'cancelled' : 'cancelling';
  const text = closed ? 'is cancelled; what is finished stays' : 'is being cancelled; running calls end first';
  context.output.result({ run, status }, `${run} ${text}`);
  return exitCodes.done;
}
