import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const attack = z.strictObject({
  name: z.string(),
  source: z.string(),
  /** Machine whose system call numbers the source uses. */
  machine: z.literal('x64').optional(),
  options: z.object({ cpuMs: z.number().exactOptional(), memMb: z.number().exactOptional() }).exactOptional(),
  /** The exact value that says nothing got through. */
  value: z.json().optional(),
  /** The exact value that says so where the call may end in other ways too. */
  value_when_ok: z.json().optional(),
  /** The only ways this call may end. Without it: `ok`. */
  status: z.union([z.string(), z.array(z.string())]).optional(),
});

export type Attack = z.infer<typeof attack>;

const folder = path.join(import.meta.dirname, 'attacks');
const prelude = readFileSync(path.join(folder, 'prelude.py'), 'utf8');
const bomb = `x = ${'('.repeat(100_000)}${')'.repeat(100_000)}`;

export const attackGroups: { group: string; attacks: Attack[] }[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({
    group: path.basename(file, '.yaml'),
    attacks: z.array(attack).parse(parse(readFileSync(path.join(folder, file), 'utf8'))),
  }));

/** What the snippets aim at on this host. */
export type Targets = { port: number; secretFile: string; tempFolder: string; python: string };

export function armed(one: Attack, targets: Targets): string {
  return (prelude + one.source)
    .replaceAll('@PORT@', String(targets.port))
    .replaceAll('@SECRET@', targets.secretFile)
    .replaceAll('@TMP@', targets.tempFolder)
    .replaceAll('@PYTHON@', targets.python)
    .replaceAll('@BOMB@', bomb);
}

/** All of them as plain sources that aim at nothing on this host. */
export function hostileSources(): string[] {
  const nothing = { port: 9, secretFile: '/etc/hostname', tempFolder: '/tmp', python: '/usr/bin/python3' };
  return attackGroups.flatMap(({ attacks }) => attacks.map((attack) => armed(attack, nothing)));
}
