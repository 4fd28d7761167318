import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { compileSource } from './bytecode.ts';
import { failed, outcome } from './call-outcome.ts';
import { SandboxRefused } from './classify-failure.ts';
import type { SandboxLevel } from './contract.ts';
import type { Interpreter } from './interpreter.ts';
import type { Box } from './launch.ts';
import { pythonFolder, zygoteLaunch } from './launch.ts';
import { resolveOptions } from './limits.ts';
import { Zygote } from './zygote.ts';
import { encodeRequest } from './zygote-frames.ts';

/**
 * Starts a sandbox and lets trusted code try from inside what no tool may do. Returns the Landlock ABI (0 for none);
 * throws SandboxRefused when a single attempt gets through: a wall that is only believed in is no wall.
 */
export async function proveWall(
  host: {
    level: SandboxLevel;
    python: Interpreter;
  } & Box,
): Promise<number> {
  const { python, ...rest } = host;
  const { zygote, facts } = await Zygote.start(zygoteLaunch(python, { hashSeed: 0, ...rest }));
  try {
    const source = await readFile(path.join(pythonFolder, 'wall_proof.py'), 'utf8');
    const compiled = await compileSource(zygote, source);
    const limits = resolveOptions({});
    const head = JSON.stringify({ do: 'call', fn: 'attempt', args: {}, seed: '0', nowMs: 0 });
    const result =
      'bytecode' in compiled
        ? outcome(await zygote.run(encodeRequest(limits, head, compiled.bytecode), limits.wallMs * 2), limits)
        : failed('crash', compiled.error.message);
    if (result.status !== 'ok') throw new SandboxRefused(`its probe failed: ${result.error.message}`);
    if (result.canonical !== '[]') throw new SandboxRefused(`from inside these were possible: ${result.canonical}`);
    return landlockAbi(facts);
  } finally {
    await zygote.stop();
  }
}

function landlockAbi(facts: string): number {
  const parsed: unknown = JSON.parse(facts);
  const holds = typeof parsed === 'object' && parsed !== null && 'landlock' in parsed;
  return holds && typeof parsed.landlock === 'number' ? parsed.landlock : 0;
}
