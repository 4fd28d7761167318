import { Command } from 'commander';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { control } from '../control.ts';
import type { ExitCode } from '../exit-codes.ts';

/** `astra approve RUN GATE` */
export function approveCommand(terminal: Terminal): Command {
  return new Command('approve')
    .argument('<run>', 'run id')
    .argument('<gate>', 'gate the run waits for: plan or selection')
    .description('let a run pass the gate it waits for')
    .action(handle(terminal, approve));
}

function approve(
  context: CommandContext,
  _options: object,
  [run = '', gate = '']: readonly string[],
): Promise<ExitCode> {
  const message = { run, done: `passed the gate "${gate}"`, next: `astra status ${run} --watch` };
  return control(context, message, (handle) => handle.executeUpdate('approve', { args: [gate] }));
}
