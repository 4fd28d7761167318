/** What every command gets: its settings, its output, its end signal; and the one way from a handler to an exit code. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkout, loadProcessConfig } from '../config/load.ts';
import type { ProcessConfig } from '../config/process-config.ts';
import { type ExitCode, InputError } from './exit-codes.ts';
import { createOutput, type Output, type Streams } from './output.ts';

export interface GlobalOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly config?: string;
}

export interface CommandContext {
  readonly output: Output;
  /** For what draws over its own lines; everything else goes through output. */
  readonly stdout: Streams['stdout'];
  readonly options: GlobalOptions;
  /** Aborted by the first Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Addresses as they are now: read again after the stack was started. */
  settings(): ProcessConfig;
  /** The configuration file of an argument, of --config, or a bundled default. */
  configFile(argument: string | undefined, fallback?: string): string;
}

export interface Terminal extends Streams {
  readonly interrupted: AbortSignal;
  /** Told the exit code once the command is over. */
  finish(code: ExitCode): void;
}

/** A command's work: the exit code is its result. Local options come typed by the command itself. */
export type Handler<Options extends object> = (
  context: CommandContext,
  options: Options,
  args: readonly string[],
) => Promise<ExitCode>;

/** Hangs a handler under a commander command. */
export function handle<Options extends object>(terminal: Terminal, handler: Handler<Options>) {
  return async (...received: unknown[]): Promise<void> => {
    // Commander calls with the positional arguments (a missing one is undefined, a variadic one an array), options, command.
    const command = received.at(-1) as Command;
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    const args = received
      .slice(0, -2)
      .flat()
      .filter((value) => typeof value === 'string');
    terminal.finish(await handler(createContext(terminal, options), options, args));
  };
}

/** The context of one command call. */
export function createContext(terminal: Terminal, options: GlobalOptions): CommandContext {
  return {
    output: createOutput(terminal, options.json === true),
    stdout: terminal.stdout,
    options,
    interrupted: terminal.interrupted,
    settings: () => loadProcessConfig(options.home === undefined ? {} : { home: options.home }),
    configFile(argument, fallback) {
      const file = argument ?? options.config;
      if (file !== undefined) return file;
      if (fallback !== undefined) return resolve(checkout, fallback);
      throw new InputError('no configuration file: got none; expected one. Name it: astra run configs/demo.yaml.');
    },
  };
}
