/**
 * Programs of an export that are the same for every run (ours): packages for those who play our environments elsewhere.
 * They lie beside this file as they are exported; what all of them share is put into each.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompanionFile, ExportFormat } from '../../domain/export/formats.ts';

const source = join(import.meta.dirname, 'python');

/** Folders below `python`, and where they go below the folder of the export. */
const folders: Partial<Record<ExportFormat, readonly (readonly [from: string, to: string])[]>> = {
  verifiers: [
    ['verifiers', 'verifiers'],
    ['astra_play', 'verifiers/astra_environments/astra_play'],
  ],
  openenv: [
    ['openenv', 'openenv/astra_env'],
    ['astra_play', 'openenv/astra_env/server/astra_play'],
  ],
  'verl-rl': [
    ['verl', 'verl-rl'],
    ['astra_play', 'verl-rl/astra_play'],
  ],
};

/** In the order of their names; none for a format without programs. */
export async function pythonFiles(format: ExportFormat): Promise<CompanionFile[]> {
  const files: CompanionFile[] = [];
  for (const [from, to] of folders[format] ?? []) {
    const entries = await readdir(join(source, from), { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const path of paths)
      files.push({ name: join(to, path.slice(join(source, from).length)), text: await readFile(path, 'utf8') });
  }
  return files;
}
