import path from 'node:path';
import type { Interpreter } from './interpreter.ts';

/** Command line of one sandbox process. */
export type Launch = {
  command: string;
  args: string[];
  env: Record<string, string>;
  channels: number;
  /** Whether all it forks ends with it. */
  isBoxed: boolean;
  /** User and group to start it as, when not those of this process. */
  uid?: number;
};

/** What decides a command line besides the interpreter; `channels` is the number of lines for processes that stay. */
export type LaunchOptions = Box & { hashSeed: number; unsafe?: boolean; channels?: number };

/** How bubblewrap is started; empty for level `seccomp`. With `uid`, root has stepped down before it builds the box. */
export type Box = { bubblewrap?: string; uid?: number };

/** Nobody: a user that owns no files. */
export const nobody = 65_534;

export const pythonFolder = path.join(import.meta.dirname, 'python');
const insideFolder = '/sandbox';
const zones = '/usr/share/zoneinfo';

/**
 * No site folder, no user folder, no script folder on the path. Not `-I`: that would ignore PYTHONHASHSEED, and string
 * hashes would differ between two zygotes.
 */
export const pythonFlags = ['-s', '-S', '-P', '-B'];

export function zygoteLaunch(python: Interpreter, options: LaunchOptions): Launch {
  const env = { PYTHONHASHSEED: String(options.hashSeed), LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const channels = options.channels ?? 0;
  const flags = [...(options.unsafe ? ['unsafe'] : []), `channels=${channels}`];
  const script = (folder: string) => [...pythonFlags, path.join(folder, 'zygote.py'), ...flags];
  if (options.bubblewrap === undefined)
    return { command: python.executable, args: script(pythonFolder), env, channels, isBoxed: false };
  const box = bubblewrapArgs(python, env);
  const user = options.uid === undefined ? {} : { uid: options.uid };
  return {
    command: options.bubblewrap,
    args: [...box, python.executable, ...script(insideFolder)],
    env: {},
    channels,
    isBoxed: true,
    ...user,
  };
}

function bubblewrapArgs(python: Interpreter, env: Record<string, string>): string[] {
  const optional = (from: string) => ['--ro-bind-try', from, from];
  const readOnly = (from: string, to = from) => ['--ro-bind', from, to];
  const sealed = ['--dev-bind', '/dev/null', '/dev/null', '--chdir', '/', '--remount-ro', '/'];
  const walls = ['user', 'pid', 'net', 'ipc', 'uts'].map((one) => `--unshare-${one}`);
  const inside = ['--uid', String(nobody), '--gid', String(nobody), '--hostname', 'sandbox', '--cap-drop', 'ALL'];
  return [
    ...walls,
    ...inside,
    '--unshare-cgroup-try',
    '--disable-userns',
    '--new-session',
    '--die-with-parent',
    '--clearenv',
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...readOnly(python.executable),
    ...readOnly(python.stdlib),
    ...python.sitePackages.flatMap((folder) => ['--tmpfs', folder, '--remount-ro', folder]),
    ...Object.entries(python.libraries).flatMap(([file, names]) => names.flatMap((name) => readOnly(file, name))),
    ...Object.entries(python.rootLinks).flatMap(([name, target]) => ['--symlink', target, name]),
    ...readOnly(pythonFolder, insideFolder),
    ...optional(zones),
    ...sealed,
  ];
}
