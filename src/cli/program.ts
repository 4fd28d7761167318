/** All commands under one program; errors become one message and an exit code here, and nowhere else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { checkout } from '../config/load.ts';
import type { Terminal } from './command-context.ts';
import { approveCommand } from './commands/approve.ts';
import { auditCommand } from './commands/audit.ts';
import { cancelCommand } from './commands/cancel.ts';
import { configCommand } from './commands/config.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downCommand } from './commands/down.ts';
import { evalCommand } from './commands/eval.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { forecastCommand } from './commands/forecast.ts';
import { graphCommand } from './commands/graph.ts';
import { judgeCommand } from './commands/judge.ts';
import { listCommand } from './commands/list.ts';
import { migrateCommand } from './commands/migrate.ts';
import { pauseCommand } from './commands/pause.ts';
import { rejectCommand } from './commands/reject.ts';
import { resumeCommand } from './commands/resume.ts';
import { retryCommand } from './commands/retry.ts';
import { rewardCommand } from './commands/reward.ts';
import { runCommand } from './commands/run.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { statusCommand } from './commands/status.ts';
import { teacherCommand } from './commands/teacher.ts';
import { upCommand } from './commands/up.ts';
import { verifyCommand } from './commands/verify.ts';
import { workerCommand } from './commands/worker.ts';
import { type ExitCode, exitCodeOf, exitCodes, UnreachableError } from './exit-codes.ts';
import type { Streams } from './output.ts';

const commands = [
  demoCommand,
  upCommand,
  downCommand,
  workerCommand,
  runCommand,
  statusCommand,
  listCommand,
  pauseCommand,
  resumeCommand,
  cancelCommand,
  approveCommand,
  rejectCommand,
  retryCommand,
  exportCommand,
  explainCommand,
  auditCommand,
  verifyCommand,
  judgeCommand,
  rewardCommand,
  evalCommand,
  sandboxCommand,
  graphCommand,
  forecastCommand,
  doctorCommand,
  migrateCommand,
  configCommand,
  teacherCommand,
];

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
    const json = argv.includes('--json');
    if (error instanceof CommanderError) return usage(error, streams, json);
    if (streams.interrupted.aborted) return exitCodes.interrupted;
    return report(error, streams, json);
  }
}

/** The program with its commands, not yet run. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('astra')
    .description('Verifiable environments, trajectories and training for tool-using models, durable on Temporal.')
    .version(version())
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

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  return String(Reflect.get(Object(manifest), 'version'));
}

/** Commander has already said on stderr what was wrong, or printed the help that was asked for. */
function usage(error: CommanderError, streams: Streams, json: boolean): ExitCode {
  if (error.exitCode === 0) return exitCodes.done;
  if (json) printError(streams, exitCodes.wrongInput, { message: error.message });
  return exitCodes.wrongInput;
}

function report(error: unknown, streams: Streams, json: boolean): ExitCode {
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const problems = error instanceof ConfigError ? { problems: error.problems } : {};
  const advice =
    code === exitCodes.unreachable && !(error instanceof UnreachableError) ? '\nIs the stack up? Type: astra up' : '';
  streams.stderr.write(`astra: ${message}${advice}\n`);
  if (json) printError(streams, code, { message, ...problems });
  return code;
}

function printError(streams: Streams, code: ExitCode, error: object): void {
  streams.stdout.write(`${JSON.stringify({ error: { code, ...error } }, null, 2)}\n`);
}
