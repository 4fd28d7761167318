import { createHash } from 'node:crypto';
import type { Json } from '../../domain/json.ts';
import { BytecodeCache, compileSource } from './bytecode.ts';
import type { InterpreterLender, ListGround } from './call-list.ts';
import { runList } from './call-list.ts';
import { failed, outcome, refusedCall } from './call-outcome.ts';
import { SandboxLost } from './classify-failure.ts';
import type {
  CallOptions,
  CallResult,
  EnvRef,
  Episode,
  ListedCall,
  OpenOptions,
  OwnedSandbox,
  SandboxInfo,
  ToolError,
} from './contract.ts';
import { ToolEpisode } from './episode.ts';
import { brokenRunner, createEpisodeRunner } from './episode-runner.ts';
import type { HeldProcesses } from './held-processes.ts';
import type { ResolvedOptions } from './limits.ts';
import { bytecodeCacheBytes, resolveOptions } from './limits.ts';
import { QuietGate } from './quiet-gate.ts';
import { argsFault } from './strict-json.ts';
import { TemplateUse } from './template-plan.ts';
import type { CallEnd, Request } from './zygote-frames.ts';

export interface ZygoteLender extends InterpreterLender {
  /** Templates that each interpreter keeps; default 0. */
  readonly templates?: number;
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
  readonly #ground: ListGround;

  constructor(info: SandboxInfo, lender: ZygoteLender) {
    this.#info = info;
    this.#lender = lender;
    this.#ground = { lender, gate: this.#gate, templates: new TemplateUse(lender.templates ?? 0) };
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
    const [result] = await this.callMany(env, [{ fn, args, options }]);
    return result ?? failed('infra', 'the call has no result');
  }

  async callMany(env: EnvRef, calls: readonly ListedCall[], options: CallOptions = {}): Promise<CallResult[]> {
    const wanted = calls.map((call) => ({ ...call, limits: resolveOptions({ ...options, ...call.options }) }));
    this.#verify(env);
    const compiled = await this.#compiledOrFailed(env);
    if (!Buffer.isBuffer(compiled)) return calls.map(() => compiled);
    const results: CallResult[] = [];
    const going = wanted.flatMap(({ fn, args, limits }, index) => {
      const fault = argsFault(args);
      if (fault) results[index] = refusedCall(fault);
      return fault ? [] : [{ index, limits, ...callHeads({ fn, args }, limits, env.hash), body: compiled }];
    });
    const ends = await runList(this.#ground, going);
    going.forEach(({ index, limits }, place) => {
      results[index] = this.#result(ends[place], limits);
    });
    return results;
  }

  async open(env: EnvRef, options: OpenOptions = {}): Promise<Episode> {
    const limits = resolveOptions(options);
    this.#verify(env);
    const compiled = env.error ?? (await this.#compiled(env));
    if (!Buffer.isBuffer(compiled)) return new ToolEpisode(brokenRunner(compiled), []);
    const run = async (request: Request) => {
      const [end] = await runList(this.#ground, [request]);
      if (end && 'stoppedFor' in end) return end;
      throw end ?? new SandboxLost('the call has no end');
    };
    const held = limits.hashSeed === 0 && this.#lender.held ? { held: this.#lender.held } : {};
    const runner = createEpisodeRunner({ limits, bytecode: compiled, run, ...held });
    return new ToolEpisode(runner, options.log ?? []);
  }

  close(): Promise<void> {
    return this.#lender.close();
  }

  #result(end: CallEnd | SandboxLost | undefined, limits: ResolvedOptions): CallResult {
    if (!end || end instanceof SandboxLost) return failed('infra', end?.message ?? 'the call has no end');
    const result = outcome(end, limits);
    return this.#info.level === 'none' ? { ...result, unsafe: true } : result;
  }

  /** Bytecode, or what every call of this environment results in. */
  async #compiledOrFailed(env: EnvRef): Promise<Buffer | CallResult> {
    try {
      const compiled = env.error ?? (await this.#compiled(env));
      return Buffer.isBuffer(compiled) ? compiled : refusedCall(compiled);
    } catch (lost) {
      if (lost instanceof SandboxLost) return failed('infra', lost.message);
      throw lost;
    }
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

/** A template stands for one source under one set of settings: what the module saw while it was loaded. */
function callHeads(call: { fn: string; args: Json }, limits: ResolvedOptions, hash: string) {
  const { seed, nowMs, cpuMs, memMb, outKb } = limits;
  const load = JSON.stringify({ seed, nowMs });
  const use = JSON.stringify(call);
  const head = `${load.slice(0, -1)},"do":"call",${use.slice(1)}`;
  return { head, template: { key: `${hash} ${cpuMs} ${memMb} ${outKb} ${load}`, load, use } };
}

function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}
