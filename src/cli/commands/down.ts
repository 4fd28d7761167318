import { Command } from 'commander';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { down } from '../stack.ts';

/** `astra down` */
export function downCommand(terminal: Terminal): Command {
  return new Command('down')
    .description('stop the stack; runs, data and logs stay, the next up goes on with them')
    .action(handle(terminal, stop));
}

async function stop(context: CommandContext): Promise<ExitCode> {
  const state = await down(context);
  const text =
    state === undefined ? 'there was no stack to stop' : 'the stack is down; astra up goes on where it stood';
  context.output.result({ stopped: state !== undefined, home: context.settings().home }, text);
  return exitCodes.done;
}
