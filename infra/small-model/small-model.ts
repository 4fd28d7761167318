/** The small model as a process of ours: installed when needed, started, waited for. */
import { join } from 'node:path';
import { type ProcessIdentity, spawnPart, waitUntilReady } from '../part-process.ts';
import { freePort } from '../ports.ts';

const checkout = join(import.meta.dirname, '../..');

export interface SmallModel {
  readonly baseUrl: string;
  readonly process: ProcessIdentity;
}

/** Serves on a free port until stopProcess, or until this program ends; the first call installs about 220 MB. */
export async function startSmallModel(logFile: string): Promise<SmallModel> {
  const port = await freePort();
  const args = [join(checkout, 'scripts/small-model.sh'), '--port', String(port)];
  const name = 'the small model';
  const identity = await spawnPart({ name, command: 'sh', args, logFile, detached: false });
  const origin = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> => answersOk(`${origin}/health`);
  await waitUntilReady({ name, identity, logFile, timeoutMs: 600_000, isReady });
  return { baseUrl: `${origin}/v1`, process: identity };
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false; // not up yet; the caller's deadline decides when this is a failure
  }
}
