/** The data folder of the embedded Postgres: where it lies, its password, and its first creation in one atomic step. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import {
  type Account,
  canEnter,
  openParent,
  type PostgresBinaries,
  postgresAccount,
  postgresBinaries,
  shortHash,
} from './postgres-binaries.ts';

/** Database user and database of everything ASTRA stores. */
export const DATABASE_USER = 'astra';

const recordSchema = z.object({ dataFolder: z.string(), password: z.string() });

export interface Cluster {
  readonly dataFolder: string;
  readonly password: string;
  /** undefined: Postgres runs as we do. */
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
}

/**
 * The cluster of a home, created at first use. Its place and password are kept in `<home>/postgres.json` (mode 600).
 * As root under a folder that Postgres' account cannot enter, the data lies outside the home.
 */
export async function openCluster(home: string, durable: boolean): Promise<Cluster> {
  mkdirSync(home, { recursive: true });
  const recordFile = join(home, 'postgres.json');
  const record = existsSync(recordFile)
    ? recordSchema.parse(JSON.parse(readFileSync(recordFile, 'utf8')))
    : newRecord(home);
  const account = postgresAccount(record.dataFolder);
  const cluster = { ...record, account, binaries: postgresBinaries(account) };
  if (!existsSync(recordFile)) writeRecord(recordFile, record);
  if (!existsSync(join(record.dataFolder, 'PG_VERSION'))) await createCluster(cluster, durable);
  if (account === undefined) requireOwnership(record.dataFolder);
  return cluster;
}

function newRecord(home: string): z.infer<typeof recordSchema> {
  const inHome = resolve(home, 'postgres');
  const account = postgresAccount(inHome);
  const password = randomBytes(16).toString('hex');
  if (account === undefined || canEnter(home, account)) return { dataFolder: inHome, password };
  // A random end: after a deleted home the old data must neither be found again nor be overwritten.
  const name = `astra-${shortHash(resolve(home))}-${randomBytes(3).toString('hex')}`;
  return { dataFolder: join(openParent(home, account), name), password };
}

function writeRecord(file: string, record: z.infer<typeof recordSchema>): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

/** initdb into a neighbour folder, then a rename: a start that is killed half-way leaves no half cluster behind. */
async function createCluster(cluster: Cluster, durable: boolean): Promise<void> {
  const { dataFolder, account, binaries } = cluster;
  const part = `${dataFolder}.part`;
  const passwordFile = `${dataFolder}.password`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (account !== undefined) for (const path of [part, passwordFile]) chownSync(path, account.uid, account.gid);
  const collation = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['-U', DATABASE_USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', part, ...collation, ...access, ...(durable ? [] : ['--no-sync'])];
  try {
    await promisify(execFile)(binaries.initdb, args, { ...account, cwd: '/', env: postgresEnvironment() });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.slice(-600) : String(cause);
    throw new Error(`the data folder of Postgres could not be created in ${dataFolder}: ${detail}`, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  chmodSync(part, 0o700);
  renameSync(part, dataFolder);
}

/** English messages, whatever the user's language: we look for some of them in the log. */
export const postgresEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C' });

function requireOwnership(dataFolder: string): void {
  try {
    accessSync(join(dataFolder, 'PG_VERSION'), constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new Error(
      `the data folder ${dataFolder} belongs to another account: start as that account or root, or use another --home`,
      { cause },
    );
  }
}
