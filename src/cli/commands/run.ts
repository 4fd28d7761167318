import { Command } from 'commander';
import { loadRunConfig } from '../../config/load.ts';
import { trainerNeed } from '../../domain/run/trainer-need.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import type { ExitCode } from '../exit-codes.ts';
import { pursueRun } from '../pursue-run.ts';
import { refuseChangedConfig, withStages } from '../run-configuration.ts';
import { defaultRunId, runId } from '../run-id.ts';
import { ensureStack } from '../stack.ts';

interface RunOptions {
  readonly run?: string;
  readonly stages?: string;
  readonly detach?: boolean;
}

/** `astra run CONFIG` */
export function runCommand(terminal: Terminal): Command {
  return new Command('run')
    .argument('[config]', 'configuration file')
    .option('--run <id>', 'name of the run (default: the file name and the start of the configuration hash)')
    .option('--stages <list>', 'only these stages, separated by commas')
    .option('--detach', 'start it and return at once')
    .description('start a run, or attach to the one with the same id; starts the stack when needed')
    .action(handle(terminal, start));
}

async function start(context: CommandContext, options: RunOptions, [argument]: readonly string[]): Promise<ExitCode> {
  const file = context.configFile(argument);
  const config = withStages(loadRunConfig(file), options.stages);
  const run = options.run === undefined ? defaultRunId(file, config) : runId(options.run);
  const settings = await ensureStack(context, trainerNeed(config));
  await withDatabase(settings, (pool) => refuseChangedConfig(pool, run, config));
  return pursueRun(context, { run, config, detach: options.detach === true, again: false });
}
