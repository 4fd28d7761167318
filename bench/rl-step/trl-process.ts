/** TRL's side as a process that makes a step when it is told to. Installed on demand beside the trainer's environment. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const requirements = join(import.meta.dirname, 'requirements.txt');
const program = join(import.meta.dirname, 'trl_side.py');

export interface Workload {
  readonly prompts: number;
  readonly generations: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly threads: number;
  /** Rows of one forward and backward pass; ours chooses by tokens. */
  readonly micro: number;
}

export interface TrlSide {
  readonly prompts: readonly (readonly number[])[];
  readonly trainable: number;
  step(): Promise<{ readonly seconds: number; readonly processor: number }>;
  stop(): void;
}

const Opening = z.looseObject({ prompts: z.array(z.array(z.int())), trainable: z.int() });
const Stepped = z.looseObject({ step: z.int(), seconds: z.number(), processor: z.number() });

/** Python with TRL; 300 MB in `folder`, once. torch comes from the trainer's environment. */
export function prepareTrl(folder: string, trainerPython: string): string {
  const python = join(folder, 'bin/python');
  const mark = join(folder, '.installed');
  const wanted = `${trainerPython}\n${readFileSync(requirements, 'utf8')}`;
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
  console.error(`bench rl-step: installs TRL into ${folder} (300 MB)`);
  mkdirSync(folder, { recursive: true });
  run(trainerPython, ['-m', 'venv', '--clear', folder]);
  const site = (of: string): string => run(of, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']).trim();
  writeFileSync(join(site(python), 'trainer-environment.pth'), `${site(trainerPython)}\n`);
  run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements]);
  writeFileSync(mark, wanted);
  return python;
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr.slice(-600)}`);
  return stdout;
}

/** Starts TRL on the folder of a model; it has read everything and waits when this resolves. */
export async function startTrl(python: string, model: string, load: Workload): Promise<TrlSide> {
  const { prompts, generations, promptTokens, completionTokens, threads, micro } = load;
  const flags = { prompts, generations, threads, micro, 'prompt-tokens': promptTokens, 'first-layer': 10 };
  const told = Object.entries({ ...flags, 'completion-tokens': completionTokens }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const child = spawn(python, [program, '--model', model, ...told], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  });
  let last = '';
  child.stderr.on('data', (text: Buffer) => {
    last = (last + text.toString()).slice(-2_000);
  });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(answer: z.ZodType<T>): Promise<T> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done === true) throw new Error(`TRL ended by ${(await gone).join(' ')}: ${last}`);
      // TRL prints its own lines between ours.
      if (value.startsWith('{"')) return answer.parse(JSON.parse(value));
    }
  };
  const opening = await next(Opening);
  return {
    ...opening,
    async step() {
      child.stdin.write('\n');
      return next(Stepped);
    },
    stop() {
      child.kill('SIGKILL');
    },
  };
}
