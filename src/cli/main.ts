/** The command `astra`. */
import { runProgram } from './program.ts';

const controller = new AbortController();
process.on('SIGINT', () => {
  // The first Ctrl-C lets the command say goodbye; the second does not wait for it.
  if (controller.signal.aborted) process.exit(130);
  controller.abort();
});

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  interrupted: controller.signal,
});
// A connection that somebody forgot must not hold the terminal.
setTimeout(() => process.exit(), 2_000).unref();
