import { Command } from 'commander';
import { migrate } from '../../activities/store/migrate.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { databaseUrl } from '../database.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** `astra migrate` */
export function migrateCommand(terminal: Terminal): Command {
  return new Command('migrate')
    .description('bring the database to this version (astra up does it by itself)')
    .action(handle(terminal, run));
}

async function run({ output, settings }: CommandContext): Promise<ExitCode> {
  const applied = await migrate(databaseUrl(settings()));
  output.result({ applied }, applied.length === 0 ? 'the database is up to date' : `applied: ${applied.join(', ')}`);
  return exitCodes.done;
}
