import { brokenOff, readResultFrame } from './call-outcome.ts';
import { SandboxLost } from './classify-failure.ts';
import type { ToolError } from './contract.ts';
import { compileLimits, lateAfterMs, resolveOptions } from './limits.ts';
import type { Zygote } from './zygote.ts';
import { encodeRequest } from './zygote-frames.ts';

export type Compiled = { bytecode: Buffer } | { error: ToolError };

/**
 * Compiles a module in a process of its own; nothing of it runs. The bytecode may be handed only to calls of the very
 * same source under the very same Python version. Rejects with SandboxLost when the sandbox failed.
 */
export async function compileSource(zygote: Zygote, source: string): Promise<Compiled> {
  const limits = resolveOptions(compileLimits);
  const request = encodeRequest(limits, 'compile', Buffer.from(source.toWellFormed()));
  const end = await zygote.run(request, limits.wallMs + lateAfterMs);
  const broken = brokenOff(end, limits);
  if (broken?.[0] === 'infra') throw new SandboxLost(broken[1]);
  if (broken) return { error: { type: 'CompileError', message: `while compiling, ${broken[1]}` } };
  const frame = readResultFrame(end.output);
  if (!frame || end.exitCode !== 0) throw new SandboxLost('the compiling process left no bytecode');
  return frame.kind === 'ok' ? { bytecode: Buffer.from(frame.body) } : { error: frame.error };
}

/** Keeps the most recently used bytecode, up to a number of bytes. */
export class BytecodeCache {
  readonly #entries = new Map<string, Buffer>();
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(hash: string): Buffer | undefined {
    const found = this.#entries.get(hash);
    if (!found) return undefined;
    this.#entries.delete(hash);
    this.#entries.set(hash, found);
    return found;
  }

  set(hash: string, bytecode: Buffer): void {
    this.#drop(hash);
    this.#entries.set(hash, bytecode);
    this.#bytes += bytecode.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limitBytes || oldest === hash) break;
      this.#drop(oldest);
    }
  }

  #drop(hash: string): void {
    this.#bytes -= this.#entries.get(hash)?.length ?? 0;
    this.#entries.delete(hash);
  }
}
