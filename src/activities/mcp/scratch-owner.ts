/**
 * Whose a scratch folder is: a note beside it names the worker and the server's process group. What dead workers left
 * behind is ended and removed when the next worker starts; folders of living ones are left alone.
 */
import { readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';

const Owner = z.object({
  worker: z.int(),
  /** When that process began, as the system tells it; numbers of processes are given anew. */
  since: z.string(),
  group: z.int().nullable(),
});

type Owner = z.infer<typeof Owner>;

/** How the folders of this process are named. */
export const scratchPrefix = `astra-mcp-${process.pid}-`;
const named = /^astra-mcp-(\d+)-/;
const noteName = 'owner.json';

/** Writes the note of a folder of this process. */
export async function noteOwner(folder: string, group: number | null): Promise<void> {
  const owner = { worker: process.pid, since: (await startOf(process.pid)) ?? '', group };
  await writeFile(join(folder, noteName), JSON.stringify(owner));
}

/** Ends and removes what workers that are gone left below a folder for temporary files; returns how many it removed. */
export async function sweepScratch(temporary: string): Promise<number> {
  const entries = await readdir(temporary, { withFileTypes: true });
  let removed = 0;
  for (const entry of entries) {
    if (!entry.isDirectory() || !named.test(entry.name)) continue;
    removed += (await sweepOne(join(temporary, entry.name))) ? 1 : 0;
  }
  return removed;
}

async function sweepOne(folder: string): Promise<boolean> {
  const owner = (await ownerOf(folder)) ?? (await ownerByName(folder));
  if (owner === undefined || (await startOf(owner.worker)) === owner.since) return false;
  if (owner.group !== null) await endGroup(owner.group, folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined); // the next worker tries again
  return true;
}

async function ownerOf(folder: string): Promise<Owner | undefined> {
  try {
    return Owner.parse(JSON.parse(await readFile(join(folder, noteName), 'utf8')));
  } catch {
    return undefined;
  }
}

/** A folder whose worker died before its note was written; undefined while a process of that number lives. */
async function ownerByName(folder: string): Promise<Owner | undefined> {
  const [, worker] = named.exec(basename(folder)) ?? [];
  if (worker === undefined || (await startOf(Number(worker))) !== undefined) return undefined;
  return { worker: Number(worker), since: 'before', group: null };
}

/** Ends a group whose leader still works inside the folder; any other process of that number is not ours. */
async function endGroup(group: number, folder: string): Promise<void> {
  const cwd = await readlink(`/proc/${group}/cwd`).catch(() => '');
  if (!cwd.startsWith(folder)) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It ended between the look and the kill.
  }
}

/** When a process began; undefined when there is none. Where the system does not tell, living is all that counts. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat !== undefined) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A dead process that nobody has buried holds nothing any more.
    return fields[0] === 'Z' ? undefined : fields[19];
  }
  try {
    process.kill(pid, 0);
    return process.platform === 'linux' ? undefined : '';
  } catch {
    return undefined;
  }
}
