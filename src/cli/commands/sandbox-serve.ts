import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Command } from 'commander';
import { startSandboxServer } from '../../activities/sandbox/http-server.ts';
import { readSecret } from '../../config/load.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { withSandbox } from '../sandbox.ts';

interface ServeOptions {
  readonly port: string;
  readonly host: string;
}

/** `astra sandbox serve`: the sandbox over HTTP, also in the shape that SandboxFusion's clients send. */
export function sandboxServeCommand(terminal: Terminal): Command {
  return new Command('serve')
    .option('--port <number>', 'port to listen on', '8098')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .description('serve /run_code, /v1/call and /v1/episode; the token comes from ASTRA_SANDBOX_TOKEN or is made')
    .action(handle(terminal, serve));
}

/** Ends with the first Ctrl-C or SIGTERM. */
async function serve({ output, settings, interrupted }: CommandContext, options: ServeOptions): Promise<ExitCode> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InputError(`--port: got ${options.port}; expected a number from 0 to 65535. Correct it.`);
  }
  const given = readSecret('ASTRA_SANDBOX_TOKEN');
  const token = given ?? randomBytes(24).toString('hex');
  return withSandbox(settings(), async (sandbox) => {
    const server = await startSandboxServer({ sandbox, token, host: options.host, port });
    // A token that was made here is said once; one from the environment is known already and never repeated.
    const shown =
      given === undefined ? `\ntoken     ${token}  (made for this server; set ASTRA_SANDBOX_TOKEN to choose it)` : '';
    output.line(`sandbox   ${server.url}  (${sandbox.info().level}, Python ${sandbox.info().python})${shown}`);
    const terminated = new AbortController();
    process.once('SIGTERM', () => terminated.abort());
    const ended = AbortSignal.any([interrupted, terminated.signal]);
    if (!ended.aborted) await once(ended, 'abort');
    await server.close();
    output.result({ url: server.url, ...sandbox.info() }, 'stopped');
    return interrupted.aborted ? exitCodes.interrupted : exitCodes.done;
  });
}
