/** BFCL's own program in its own Python: installed once below the home folder, told of an endpoint by variables. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkout, childEnvironment, readSecret } from '../../config/load.ts';
import { UnreachableError } from '../exit-codes.ts';

export interface BfclEndpoint {
  /** Address of an OpenAI endpoint with its version: http://127.0.0.1:8000/v1. */
  readonly baseUrl: string;
  readonly model: string;
  /** Longest answer of one request, in tokens. */
  readonly maxTokens: number;
}

export interface BfclProgram {
  /** Runs it to its end below a folder of results; the text it printed. Throws Error when it fails, UnreachableError when the endpoint does. */
  run(folder: string, args: readonly string[]): Promise<string>;
}

/** Exit code of the launcher for an endpoint that fails. */
const unreachable = 3;

/** Installs what is missing (sizes are said first). */
export async function openBfcl(home: string, { baseUrl, model, maxTokens }: BfclEndpoint): Promise<BfclProgram> {
  const folder = join(home, 'bfcl');
  await finished('sh', [join(checkout, 'infra/bfcl/install.sh'), folder], childEnvironment({}));
  const endpoint = {
    OPENAI_BASE_URL: baseUrl,
    OPENAI_API_KEY: readSecret('OPENAI_API_KEY') ?? 'none',
    BFCL_MODEL: model,
    BFCL_MAX_TOKENS: String(maxTokens),
  };
  return {
    run: (project, args) =>
      finished(
        join(folder, 'bin/python'),
        [join(checkout, 'infra/bfcl/launch.py'), ...args],
        childEnvironment({ ...endpoint, BFCL_PROJECT_ROOT: project }),
      ),
  };
}

/** What a program says of itself goes to our stderr; its results are the text returned. */
function finished(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const said: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => said.push(piece));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const text = Buffer.concat(said).toString('utf8');
      if (code === 0) resolve(text);
      else if (code === unreachable)
        reject(
          new UnreachableError(
            'The endpoint fails; finished entries are kept. Type the command again with --continue.',
          ),
        );
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}: ${text.slice(-500)}`));
    });
  });
}
