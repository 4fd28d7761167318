/** The folder a server starts in: made for one start, filled with what its entry asks for, removed afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import type { StateSeed } from '../../domain/tool-pool/schema.ts';
import { ToolServerError } from '../failures.ts';
import { noteOwner, scratchPrefix } from './scratch-owner.ts';

export interface ScratchFolder {
  readonly path: string;
  /** Tells who comes after us which processes worked here. */
  noteGroup(group: number | null): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the folder; fails with ToolServer.Config for a path that leads out of it or a repository without git. */
export async function makeScratchFolder(seed: StateSeed): Promise<ScratchFolder> {
  // Servers tell their folder by its real name.
  const whole = await mkdtemp(join(await realpath(tmpdir()), scratchPrefix));
  const path = join(whole, 'state');
  // A server may write until its last moment: one more try is enough.
  const remove = (): Promise<void> => rm(whole, { recursive: true, force: true, maxRetries: 3 });
  const noteGroup = (group: number | null): Promise<void> => noteOwner(whole, group);
  try {
    await noteGroup(null);
    await mkdir(path);
    for (const folder of seed.folders) await mkdir(inside(path, folder), { recursive: true });
    // Before the files: what lies in a repository is a change that waits to be committed.
    for (const folder of seed.repositories) await makeRepository(inside(path, folder));
    for (const [file, text] of Object.entries(seed.files)) {
      const target = inside(path, file);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    return { path, noteGroup, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function inside(root: string, path: string): string {
  const target = resolve(root, path);
  if (target.startsWith(root + sep)) return target;
  throw new ToolServerError('Config', `state: "${path}" leads out of the server's folder`);
}

/** One commit of a fixed author and time, so that its hash is always the same. */
async function makeRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'README.md'), 'A repository to work in.\n');
  const who = ['-c', 'user.name=astra', '-c', 'user.email=astra@localhost', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    [...who, 'commit', '-q', '-m', 'First'],
  ]) {
    await git(folder, args);
  }
}

async function git(folder: string, args: readonly string[]): Promise<void> {
  const date = '2026-01-01T00:00:00Z';
  const child = spawn('git', [...args], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  const [code] = await once(child, 'exit').catch((cause: unknown) => {
    throw new ToolServerError('Config', 'state: a repository is wanted, but git is not installed', { cause });
  });
  if (code !== 0) throw new ToolServerError('Config', `state: git ${args.join(' ')} ended with ${code}`);
}
