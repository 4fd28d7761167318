/** Our own command line as a program: its JSON on stdout, everything it says meanwhile on our stderr. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const checkout = join(import.meta.dirname, '../..');

export interface Answer {
  readonly code: number | null;
  readonly document: unknown;
}

/** `astra --json ...`; fails when it prints no JSON, with its exit code. */
export async function askAstra(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Answer> {
  const child = spawn(process.execPath, [join(checkout, 'src/cli/main.ts'), '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) text += String(chunk);
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)));
  try {
    return { code, document: JSON.parse(text) };
  } catch (cause) {
    throw new Error(`astra ${args.join(' ')} ended with code ${code} and no JSON: ${text.slice(0, 200)}`, { cause });
  }
}
