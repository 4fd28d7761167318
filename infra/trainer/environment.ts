/** Where the Python environment of the trainer lies, and whether it is complete: named by what it is made from. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The Python part of this checkout. */
export const trainerFolder = join(import.meta.dirname, '../../trainer');

export interface TrainerEnvironment {
  /** `<home>/trainer-<hash>`; another set of requirements gets another folder. */
  readonly folder: string;
  readonly python: string;
  /** Arguments of the install script after the folder. */
  readonly flags: readonly string[];
  readonly ready: boolean;
}

export interface EnvironmentChoice {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Also the package of the real small model, 95 MB. */
  readonly realModel?: boolean;
}

const BASE_FILES = ['install.sh', 'install/cuda_stubs.py', 'torch.lock', 'requirements.lock'];

/** The environment for this checkout and these settings; `ready` once an installation has come to its end. */
export function trainerEnvironment({ home, env, realModel = false }: EnvironmentChoice): TrainerEnvironment {
  const files = realModel ? [...BASE_FILES, 'requirements-real.lock'] : BASE_FILES;
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(trainerFolder, file))).update('\0');
  hash.update(`${env['ASTRA_TRAINER_STUBS'] ?? ''}\0${env['ASTRA_TORCH_INDEX'] ?? ''}\0${env['PYTHON'] ?? ''}`);
  const folder = join(resolve(home), `trainer-${hash.digest('hex').slice(0, 12)}`);
  return {
    folder,
    python: join(folder, 'bin/python'),
    flags: realModel ? ['--real'] : [],
    // The script writes it last, after it has seen a step of training work.
    ready: existsSync(join(folder, '.installed')),
  };
}
