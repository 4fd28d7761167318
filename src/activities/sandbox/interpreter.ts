import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { SandboxRefused } from './classify-failure.ts';
import { pythonFlags, pythonFolder } from './launch.ts';

/** A Python interpreter with its links resolved, and the files it needs once all of its library is loaded. */
export type Interpreter = z.infer<typeof interpreterFacts>;

const interpreterFacts = z.object({
  executable: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  stdlib: z.string(),
  /** Real path of each library outside `stdlib`, with the names by which programs ask for it. */
  libraries: z.record(z.string(), z.array(z.string())),
  /** Links of the root folder, such as `/lib` to `usr/lib`. */
  rootLinks: z.record(z.string(), z.string()),
  sitePackages: z.array(z.string()),
});

const oldestMinor = 11;
const probeTimeoutMs = 20_000;
const run = promisify(execFile);

/**
 * Finds the interpreter: the one asked for, or else the first usable of `/usr/bin/python3` and `python3` of the PATH.
 * Throws SandboxRefused with what was wrong with each candidate.
 */
export async function findInterpreter(asked?: string): Promise<Interpreter> {
  const complaints: string[] = [];
  for (const candidate of asked === undefined ? ['/usr/bin/python3', 'python3'] : [asked]) {
    try {
      return await probe(candidate);
    } catch (error) {
      complaints.push(`${candidate}: ${firstLines(error)}`);
    }
  }
  throw new SandboxRefused(
    `no usable Python (need 3.${oldestMinor} or newer with its standard library): ${complaints.join('; ')}. ` +
      'Install python3 or point ASTRA_SANDBOX_PYTHON at an interpreter.',
  );
}

async function probe(candidate: string): Promise<Interpreter> {
  const script = path.join(pythonFolder, 'interpreter.py');
  // Without -P, which Python before 3.11 does not know: its version is to be told, not its usage text.
  const flags = pythonFlags.filter((flag) => flag !== '-P');
  const { stdout } = await run(candidate, [...flags, script], { timeout: probeTimeoutMs });
  const facts = interpreterFacts.parse(JSON.parse(stdout));
  const [major, minor] = facts.version.split('.').map(Number);
  if (major !== 3 || minor === undefined || minor < oldestMinor) throw new Error(`it is Python ${facts.version}`);
  return facts;
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').slice(-2).join(' ').slice(0, 300);
}
