/** A program of ours in the foreground: it owns the terminal and its signals until it ends. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkout, childEnvironment } from '../config/load.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Runs a file of the checkout under this Node and waits for its end; Ctrl-C goes to it, not to us. */
export function runInForeground(file: string, args: readonly string[], env: Record<string, string>): Promise<ExitCode> {
  const child = spawn(process.execPath, [join(checkout, file), ...args], {
    stdio: 'inherit',
    env: childEnvironment(env),
  });
  // The terminal sends Ctrl-C to both; anyone else's SIGTERM reaches only us.
  const passOn = (): boolean => child.kill('SIGTERM');
  process.on('SIGTERM', passOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', passOn);
      if (signal === 'SIGINT' || code === exitCodes.interrupted) resolve(exitCodes.interrupted);
      else resolve(code === 0 ? exitCodes.done : exitCodes.notRight);
    });
  });
}
