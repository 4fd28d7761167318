/**
 * `<home>/stack.json`: where the parts of the embedded stack listen, and which processes of ours serve them. Written by
 * `astra up` and `astra down`; every process reads addresses from it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';

const ProcessOfOurs = z.object({ pid: z.number(), started: z.string(), settings: z.string().optional() });

const StackFile = z.object({
  temporal: z.object({ address: z.string(), ui: z.string().optional(), namespace: z.string() }).optional(),
  postgres: z.object({ url: z.string(), dataFolder: z.string().optional() }).optional(),
  teacher: z.object({ baseUrl: z.string(), kind: z.enum(['offline', 'external']) }).optional(),
  /** `wanted`: started again with the stack; absent where training was never asked for. */
  trainer: z.object({ url: z.string(), wanted: z.enum(['nano', 'real']).optional() }).optional(),
  /** Processes that poll for work. */
  workers: z.array(z.object({ role: z.string(), pid: z.int() })),
  /** Absolute path of the Temporal CLI, for people who want to look. */
  cli: z.object({ temporal: z.string().optional() }),
  /** Ours alone: what we started, by part. A worker's part is `worker-<role>`. */
  processes: z.record(z.string(), ProcessOfOurs),
});
export type StackFile = z.infer<typeof StackFile>;

/** A stack of which nothing was started yet. */
export const emptyStack = (): StackFile => ({ workers: [], cli: {}, processes: {} });

/** What the last `up` or `down` of a home wrote, or undefined before the first. Throws ConfigError when it is no such file. */
export function readStackFile(home: string): StackFile | undefined {
  const file = join(home, 'stack.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw broken(file, String(cause), cause);
  }
  try {
    return StackFile.parse(JSON.parse(text));
  } catch (cause) {
    throw broken(file, 'something else', cause);
  }
}

function broken(file: string, got: string, cause: unknown): ConfigError {
  const todo = 'Stop the processes of that stack, remove the file and type `astra up` again.';
  return new ConfigError([{ where: file, path: '', got, expected: 'the addresses of the stack as JSON', todo }], {
    cause,
  });
}
