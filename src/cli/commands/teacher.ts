import { Command } from 'commander';
import { runInForeground } from '../child-process.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** `astra teacher serve` */
export function teacherCommand(terminal: Terminal): Command {
  const command = new Command('teacher').description('the offline teacher: a stand-in endpoint without a model');
  command
    .command('serve')
    .option('--port <number>', 'port on 127.0.0.1')
    .argument('[flags...]', 'flags of the teacher itself, after --')
    .description('serve it alone in the foreground')
    .action(handle(terminal, serve));
  return command;
}

function serve(
  _context: CommandContext,
  { port }: { readonly port?: string },
  flags: readonly string[],
): Promise<ExitCode> {
  const args = [...(port === undefined ? [] : ['--port', port]), ...flags];
  return runInForeground('infra/offline-teacher/main.ts', args, {});
}
