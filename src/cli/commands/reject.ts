import { Command } from 'commander';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { control } from '../control.ts';
import type { ExitCode } from '../exit-codes.ts';

/** `astra reject RUN GATE --reason T` */
export function rejectCommand(terminal: Terminal): Command {
  return new Command('reject')
    .argument('<run>', 'run id')
    .argument('<gate>', 'gate the run waits for: plan or selection')
    .requiredOption('--reason <text>', 'why; kept with the run')
    .description('end a run at the gate it waits for')
    .action(handle(terminal, reject));
}

function reject(
  context: CommandContext,
  { reason }: { readonly reason: string },
  [run = '', gate = '']: readonly string[],
): Promise<ExitCode> {
  const message = { run, done: `was rejected at the gate "${gate}"`, next: `astra status ${run}` };
  return control(context, message, (handle) => handle.executeUpdate('reject', { args: [{ gate, reason }] }));
}
