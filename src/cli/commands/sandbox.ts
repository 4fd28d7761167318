import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { examine } from '../../activities/sandbox/doctor.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { parseJson } from '../rows.ts';
import { withSandbox } from '../sandbox.ts';
import { sandboxServeCommand } from './sandbox-serve.ts';

interface CallOptions {
  readonly source: string;
  readonly fn: string;
  readonly args: string;
}

/** `astra sandbox call|doctor|serve` */
export function sandboxCommand(terminal: Terminal): Command {
  const command = new Command('sandbox').description('where tool code runs: one call, and how strong the wall is');
  command
    .command('call')
    .description('run one function of a Python file, isolated')
    .requiredOption('--source <file>', 'Python source')
    .requiredOption('--fn <name>', 'function to call')
    .option('--args <json>', 'keyword arguments as a JSON object', '{}')
    .action(handle(terminal, call));
  command.command('doctor').description('which isolation level works here, and why').action(handle(terminal, doctor));
  command.addCommand(sandboxServeCommand(terminal));
  return command;
}

/** Exit code 1 when the function did not return a value. */
async function call({ output, settings }: CommandContext, options: CallOptions): Promise<ExitCode> {
  const source = readSource(options.source);
  const args = parseJson(options.args, '--args');
  return withSandbox(settings(), async (sandbox) => {
    const result = await sandbox.call(await sandbox.load(source), options.fn, args);
    const text =
      result.status === 'ok' ? result.canonical : `${result.status}: ${result.error.type}: ${result.error.message}`;
    output.result({ ...result, sandbox: sandbox.info() }, text);
    return result.status === 'ok' ? exitCodes.done : exitCodes.notRight;
  });
}

/** Exit code 1 when tool code would be refused on this host. */
async function doctor({ output, settings }: CommandContext): Promise<ExitCode> {
  const python = settings().sandboxPython;
  const found = await examine(python === undefined ? {} : { python });
  const lines = [
    found.level === undefined ? 'refused: no isolation level works here' : `level      ${found.level}`,
    `python     ${found.python === undefined ? 'not found' : `${found.python.version} (${found.python.executable})`}`,
    `bubblewrap ${found.bubblewrap ?? 'not used'}`,
    `landlock   ${found.landlock === 0 ? 'not available' : `ABI ${found.landlock}`}`,
    ...found.reasons.map((reason) => `because    ${reason}`),
    ...found.fixes.map((fix) => `fix        ${fix}`),
  ];
  output.result(found, lines.join('\n'));
  return found.level === undefined ? exitCodes.notRight : exitCodes.done;
}

function readSource(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new InputError(
      `--source ${file}: got ${String(cause)}; expected a Python file in UTF-8. Correct the path or the file.`,
      {
        cause,
      },
    );
  }
}
