import { Command } from 'commander';
import { runInForeground } from '../child-process.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** `astra worker` */
export function workerCommand(terminal: Terminal): Command {
  return new Command('worker')
    .option('--role <list>', 'roles of this process, separated by commas', 'all')
    .description('run one worker process in the foreground; Ctrl-C lets it finish what it has begun')
    .action(handle(terminal, work));
}

function work({ settings }: CommandContext, { role }: { readonly role: string }): Promise<ExitCode> {
  const { home } = settings();
  return runInForeground('src/workers/main.ts', ['--role', role, '--home', home], { ASTRA_HOME: home });
}
