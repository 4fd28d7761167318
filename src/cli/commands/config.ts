import { Command } from 'commander';
import { loadRunConfig } from '../../config/load.ts';
import { configJsonSchema } from '../../config/schema-keys.ts';
import { resolveModel } from '../../domain/run/models.ts';
import { ModelRole } from '../../domain/run/schema.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { configHash, defaultRunId } from '../run-id.ts';

/** `astra config schema|check` */
export function configCommand(terminal: Terminal): Command {
  const command = new Command('config').description('configuration: its schema, and what a file means');
  command
    .command('schema')
    .description('print the JSON Schema of a configuration file')
    .action(handle(terminal, schema));
  command
    .command('check')
    .argument('[file]', 'configuration file')
    .description('check a file; print the configuration with every default decided')
    .action(handle(terminal, check));
  return command;
}

async function schema({ output }: CommandContext): Promise<ExitCode> {
  const document = configJsonSchema();
  output.result(document, JSON.stringify(document, null, 2));
  return exitCodes.done;
}

async function check(context: CommandContext, _options: object, [argument]: readonly string[]): Promise<ExitCode> {
  const file = context.configFile(argument);
  const config = loadRunConfig(file);
  const models = ModelRole.options.map((role) => resolveModel(config, role));
  const lines = [
    `${file} is a valid configuration.`,
    `run id     ${defaultRunId(file, config)} (unless --run says otherwise)`,
    `hash       ${configHash(config)}`,
    ...models.map(
      ({ role, model, baseUrls }) => `${role.padEnd(10)} ${model} at ${baseUrls.join(', ') || 'OPENAI_BASE_URL'}`,
    ),
    ...(config.environments?.sources ?? []).map(
      (source) =>
        `source     ${source.mode}: ${source.domain ?? source.file}, ${source.hops.min} to ${source.hops.max} hops, ${source.language}`,
    ),
    ...(config.trajectories?.servers ?? []).map(({ file: tools }) => `tools      ${tools}`),
  ];
  context.output.result(
    { file, valid: true, run: defaultRunId(file, config), configHash: configHash(config), config },
    lines.join('\n'),
  );
  return exitCodes.done;
}
