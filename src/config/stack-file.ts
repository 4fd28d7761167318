/** `<home>/stack.json`: where the embedded stack listens. Written by `astra up`; every process reads addresses from it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';

const StackFile = z.looseObject({
  temporal: z
    .looseObject({ address: z.string(), ui: z.string().optional(), namespace: z.string().optional() })
    .optional(),
  postgres: z.looseObject({ url: z.string() }).optional(),
  teacher: z.looseObject({ baseUrl: z.string(), kind: z.enum(['offline', 'external']) }).optional(),
  trainer: z.looseObject({ url: z.string() }).optional(),
  workers: z.array(z.looseObject({ role: z.string(), pid: z.int() })).optional(),
  cli: z.looseObject({ temporal: z.string().optional() }).optional(),
});
export type StackFile = z.infer<typeof StackFile>;

/** What `astra up` wrote last, or undefined when there is no embedded stack. Throws ConfigError when it is not readable. */
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
  const todo = 'Remove the file and type `astra up` again.';
  return new ConfigError([{ where: file, path: '', got, expected: 'the addresses of the stack as JSON', todo }], {
    cause,
  });
}
