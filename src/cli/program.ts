/** All commands under one program; errors become one message and an exit code here, and nowhere else. */
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import type { Terminal } from './command-context.ts';
import { configCommand } from './commands/config.ts';
import { type ExitCode, exitCodeOf, exitCodes, isUnreachable } from './exit-codes.ts';
import type { Streams } from './output.ts';

const commands = [configCommand];

/** Runs one command line (without `node` and the script); never throws, never ends the process. */
export async function runProgram(
  argv: readonly string[],
  streams: Streams & { readonly interrupted: AbortSignal },
): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  const program = createProgram({ ...streams, finish: (result) => void (code = result) });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongInput;
    if (streams.interrupted.aborted) return exitCodes.interrupted;
    return report(error, streams, argv.includes('--json'));
  }
}

/** The program with its commands, not yet run. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('astra')
    .description('Verifiable environments, trajectories and training for tool-using models, durable on Temporal.')
    .option('--json', 'print one JSON document on stdout and nothing else')
    .option('--home <dir>', 'folder of the embedded stack (default: .astra of the checkout, or ASTRA_HOME)')
    .option('--config <file>', 'configuration file')
    .helpCommand(false)
    .showHelpAfterError('(astra --help lists the commands; astra COMMAND --help explains one)');
  for (const create of commands) program.addCommand(create(terminal));
  for (const command of [program, ...program.commands.flatMap((child) => [child, ...child.commands])])
    command.exitOverride().configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    });
  return program;
}

function report(error: unknown, streams: Streams, json: boolean): ExitCode {
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const problems = error instanceof ConfigError ? { problems: error.problems } : {};
  const advice = code === exitCodes.unreachable && isUnreachable(error) ? '\nIs the stack up? Type: astra up' : '';
  streams.stderr.write(`astra: ${message}${advice}\n`);
  if (json) streams.stdout.write(`${JSON.stringify({ error: { code, message, ...problems } }, null, 2)}\n`);
  return code;
}
