import { createHash } from 'node:crypto';
import type { Json } from '../../domain/json.ts';
import { BytecodeCache, compileSource } from './bytecode.ts';
import { failed, outcome, refusedCall } from './call-outcome.ts';
import { SandboxLost } from './classify-failure.ts';
import type {
  CallOptions,
  CallResult,
  EnvRef,
  Episode,
  OpenOptions,
  OwnedSandbox,
  SandboxInfo,
  ToolError,
} from './contract.ts';
import { ToolEpisode } from './episode.ts';
import { brokenRunner, createEpisodeRunner } from './episode-runner.ts';
import type { HeldProcesses } from './held-processes.ts';
import type { ResolvedOptions } from './limits.ts';
import { bytecodeCacheBytes, lateAfterMs, resolveOptions } from './limits.ts';
import { QuietGate } from './quiet-gate.ts';
import { argsFault } from './strict-json.ts';
import type { Zygote } from './zygote.ts';
import type { CallEnd } from './zygote-frames.ts';
import { encodeRequest } from './zygote-frames.ts';

/** Where the interpreters come from: a pool of warm ones, or a new one each time. */
export interface ZygoteLender {
  /** Hands out one interpreter with that PYTHONHASHSEED for the time of `use`. */
  lend<T>(hashSeed: number, use: (zygote: Zygote) => Promise<T>): Promise<T>;
  /** Processes that stay between the calls of an episode; without them each call replays the log. */
  readonly held?: HeldProcesses;
  close(): Promise<void>;
}

/** The sandbox over any source of interpreters: compiling, caching, limits and verdicts are the same for all. */
export function createPythonSandbox(info: SandboxInfo, lender: ZygoteLender): OwnedSandbox {
  return new PythonSandbox(info, lender);
}

class PythonSandbox implements OwnedSandbox {
  readonly #info: SandboxInfo;
  readonly #lender: ZygoteLender;
  readonly #bytecode = new BytecodeCache(bytecodeCacheBytes);
  readonly #known = new WeakSet<EnvRef>();
  readonly #gate = new QuietGate();

  constructor(info: SandboxInfo, lender: ZygoteLender) {
    this.#info = info;
    this.#lender = lender;
  }

  info(): SandboxInfo {
    return this.#info;
  }

  async load(source: string): Promise<EnvRef> {
    const hash = hashOf(source);
    const compiled = await this.#compiled({ hash, source });
    const env = Buffer.isBuffer(compiled) ? { hash, source } : { hash, source, error: compiled };
    this.#known.add(env);
    return env;
  }

  // oxlint-disable-next-line max-params -- the contract's own shape: what, which function, with what, under which terms
  async call(env: EnvRef, fn: string, args: Json, options: CallOptions = {}): Promise<CallResult> {
    const limits = resolveOptions(options);
    this.#verify(env);
    const error = env.error ?? argsFault(args);
    if (error) return refusedCall(error);
    try {
      const bytecode = await this.#compiled(env);
      if (!Buffer.isBuffer(bytecode)) return refusedCall(bytecode);
      const head = JSON.stringify({ do: 'call', fn, args, seed: limits.seed, nowMs: limits.nowMs });
      const result = outcome(await this.#run(limits, encodeRequest(limits, head, bytecode)), limits);
      return this.#info.level === 'none' ? { ...result, unsafe: true } : result;
    } catch (lost) {
      if (lost instanceof SandboxLost) return failed('infra', lost.message);
      throw lost;
    }
  }

  async open(env: EnvRef, options: OpenOptions = {}): Promise<Episode> {
    const limits = resolveOptions(options);
    this.#verify(env);
    const compiled = env.error ?? (await this.#compiled(env));
    if (!Buffer.isBuffer(compiled)) return new ToolEpisode(brokenRunner(compiled), []);
    const run = (stretched: ResolvedOptions, request: Buffer) => this.#run(stretched, request);
    const held = limits.hashSeed === 0 && this.#lender.held ? { held: this.#lender.held } : {};
    const runner = createEpisodeRunner({ limits, bytecode: compiled, run, ...held });
    return new ToolEpisode(runner, options.log ?? []);
  }

  close(): Promise<void> {
    return this.#lender.close();
  }

  /** A first wall timeout says as much about the host as about the tool: it counts only when it repeats alone. */
  async #run(limits: ResolvedOptions, request: Buffer): Promise<CallEnd> {
    const once = () => this.#lender.lend(limits.hashSeed, (zygote) => zygote.run(request, limits.wallMs + lateAfterMs));
    const first = await this.#gate.together(once);
    return first.stoppedFor === 'wall' ? this.#gate.alone(once) : first;
  }

  async #compiled(env: EnvRef): Promise<Buffer | ToolError> {
    const cached = this.#bytecode.get(env.hash);
    if (cached) return cached;
    const compiled = await this.#gate.together(() =>
      this.#lender.lend(0, (zygote) => compileSource(zygote, env.source)),
    );
    if ('error' in compiled) return compiled.error;
    this.#bytecode.set(env.hash, compiled.bytecode);
    return compiled.bytecode;
  }

  /** Bytecode is found by hash: a wrong hash would run the code of another environment. */
  #verify(env: EnvRef): void {
    if (this.#known.has(env)) return;
    const hash = hashOf(env.source);
    if (hash !== env.hash) throw new TypeError(`environment hash: expected ${hash} for this source, got ${env.hash}`);
    this.#known.add(env);
  }
}

function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}
