/** Commands of `astra`, as a user types them, with their `--json` document. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Rig } from './rig.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');

/** Runs one command on a rig and returns its document; exit code 1 ("not right") is a result too. */
export function astra(rig: Rig, args: readonly string[]): Promise<unknown> {
  const command = [program, '--json', '--home', rig.home, ...args];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { env: rig.env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && error.code !== 1) {
        reject(new Error(`astra ${args.join(' ')} failed: ${stderr.slice(-1_000)}`, { cause: error }));
        return;
      }
      resolve(JSON.parse(stdout));
    });
  });
}
