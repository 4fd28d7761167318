import { Command } from 'commander';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { control } from '../control.ts';
import type { ExitCode } from '../exit-codes.ts';

/** `astra pause RUN` */
export function pauseCommand(terminal: Terminal): Command {
  return new Command('pause')
    .argument('<run>', 'run id')
    .description('start no further items; those in flight finish')
    .action(handle(terminal, pause));
}

function pause(context: CommandContext, _options: object, [run = '']: readonly string[]): Promise<ExitCode> {
  const message = { run, done: 'pauses: items in flight finish, no new ones start', next: `astra resume ${run}` };
  return control(context, message, (handle) => handle.signal('pause'));
}
