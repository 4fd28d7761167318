/** Installs the trainer's Python environment, beside whatever else goes on. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type EnvironmentChoice, type TrainerEnvironment, trainerEnvironment, trainerFolder } from './environment.ts';

export interface PrepareTrainerOptions extends EnvironmentChoice {
  /** Gets each line of progress: first the sizes, before anything is downloaded. */
  readonly note?: (line: string) => void;
}

const KEPT_LINES = 12;

/**
 * Resolves to a complete environment; at once when there is one. Up to 3 GB are downloaded, so start it early and await
 * it late. Two at a time take turns, and one that is killed is begun anew by the next. Fails with the last lines.
 */
export async function prepareTrainer(options: PrepareTrainerOptions): Promise<TrainerEnvironment> {
  const wanted = trainerEnvironment(options);
  if (wanted.ready) return wanted;
  mkdirSync(resolve(options.home), { recursive: true });
  const lines: string[] = [];
  const code = await runInstaller(wanted, options.env, (line) => {
    lines.push(line);
    options.note?.(line);
  });
  if (code !== 0) {
    const end = lines.slice(-KEPT_LINES).join('\n');
    throw new Error(`the trainer's environment in ${wanted.folder} could not be installed:\n${end}`);
  }
  return trainerEnvironment(options);
}

function runInstaller(
  wanted: TrainerEnvironment,
  env: NodeJS.ProcessEnv,
  note: (line: string) => void,
): Promise<number | null> {
  return new Promise((resolvePromise, reject) => {
    const child = spawn('sh', ['install.sh', wanted.folder, ...wanted.flags], {
      cwd: trainerFolder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    createInterface({ input: child.stderr }).on('line', note);
    child.once('error', reject);
    child.once('close', resolvePromise);
  });
}
