/** One run with the small model as teacher, from its start to everything that can be proven about what it left. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStackFile } from '../../src/config/stack-file.ts';
import { callStatistics, type PromptStatistics } from './call-statistics.ts';
import { AuditDocument, findings, type Harvest, RunDocument, VerifyDocument } from './findings.ts';
import { askAstra } from './program.ts';

export interface GarbageRun {
  /** Home of the stack; kept by the caller. */
  readonly home: string;
  /** Endpoint of every role that the configuration gives none. */
  readonly baseUrl: string;
  readonly configFile: string;
  readonly run: string;
}

export interface GarbageResult extends Harvest {
  readonly calls: readonly PromptStatistics[];
  /** Empty when all is as it must be. */
  readonly wrong: readonly string[];
}

/** A folder for a stack of its own: a store that remembers answers would leave the model unasked. */
export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), 'astra-garbage-'));
}

/** Removes a stopped stack's home, and its database where that lies elsewhere (root may not serve it from a private folder). */
export function removeHome(home: string): void {
  const data = readStackFile(home)?.postgres?.dataFolder;
  if (data !== undefined) rmSync(data, { recursive: true, force: true });
  rmSync(home, { recursive: true });
}

/** Starts the stack when it does not run; the caller stops it with stopGarbage. */
export async function runGarbage({ home, baseUrl, configFile, run }: GarbageRun): Promise<GarbageResult> {
  const env = stackEnvironment(home, baseUrl);
  const ran = await askAstra(env, 'run', configFile, '--run', run);
  const report = RunDocument.parse(ran.document);
  const audit = AuditDocument.parse((await askAstra(env, 'audit', run)).document);
  const to = join(home, 'exports', run);
  await askAstra(env, 'export', run, '--to', to, '--format', 'environments');
  const emitted = audit.environments.replayed > 0;
  const verified = emitted ? await askAstra(env, 'verify', 'environments', join(to, 'environments.jsonl')) : undefined;
  const verify = verified === undefined ? null : VerifyDocument.parse(verified.document);
  const harvest = { report, audit, verify };
  return { ...harvest, calls: await callStatistics(databaseOf(home), run), wrong: findings(harvest) };
}

/** Stops the stack of a home; its data stay. */
export async function stopGarbage(home: string): Promise<void> {
  await askAstra(stackEnvironment(home, 'http://127.0.0.1:1/v1'), 'down');
}

/** Servers and a model that the caller's environment names are not meant here. */
function stackEnvironment(home: string, baseUrl: string): NodeJS.ProcessEnv {
  const own = {
    ASTRA_HOME: home,
    OPENAI_BASE_URL: baseUrl,
    OPENAI_API_KEY: 'none',
    OPENAI_MODEL: '',
    DATABASE_URL: '',
  };
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_(?!CLI_PATH)|PG)/.test(name));
  return { ...Object.fromEntries(inherited), ...own };
}

function databaseOf(home: string): string {
  const url = readStackFile(home)?.postgres?.url;
  if (url === undefined) throw new Error(`${home}/stack.json names no Postgres: the stack did not come up`);
  return url;
}
