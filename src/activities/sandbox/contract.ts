import type { Json } from '../../domain/json.ts';

/** How strong the wall around the tool code is; anything below `seccomp` is refused unless the caller says `unsafe`. */
export type SandboxLevel = 'vm' | 'gvisor' | 'ns+seccomp' | 'seccomp' | 'none';

export type SandboxInfo = {
  backend: string;
  level: SandboxLevel;
  /** Version of the interpreter, such as `3.11.2`. */
  python: string;
};

/** Type and message of a Python exception or of the sandbox's own verdict; never a traceback. */
export type ToolError = { type: string; message: string };

/**
 * One tool environment: plain data, valid in every sandbox and on every host.
 * `error` is set when the source does not compile; each call of such an environment is a `tool_error` with that error.
 */
export type EnvRef = {
  /** sha256 of the source, lower-case hex. */
  hash: string;
  source: string;
  error?: ToolError;
};

/** Everything a call may depend on besides its source and arguments, and what it may use up. */
export type CallOptions = {
  /** Seeds `random`, `os.urandom`, `uuid` and `secrets`. Default `'0'`. */
  seed?: string;
  /** What every clock shows, ISO 8601 with zone; only `time.sleep` moves it. Default `2026-01-01T00:00:00Z`. */
  now?: string;
  /** PYTHONHASHSEED of the interpreter. Default 0; the determinism gate runs each call under 0 and 1. */
  hashSeed?: 0 | 1;
  /** CPU time. Default 1000. */
  cpuMs?: number;
  /** Wall-clock backstop; a first wall timeout is tried once more alone before it is recorded. Default 3000. */
  wallMs?: number;
  /** Address space. Default 512. */
  memMb?: number;
  /** Result, standard output and error text together. Default 1024. */
  outKb?: number;
};

export type CallUsage = { cpuMs: number; wallMs: number; maxRssKb: number };

/**
 * - `tool_error`: the code raised, does not compile, or has no such function.
 * - `timeout`, `memory`, `output_limit`: a limit of the options was reached.
 * - `crash`: a signal ended the process. `bad_result`: no value, or a value that is not strict JSON.
 * - `infra`: the sandbox failed, the tool is not to blame; the only status worth a retry.
 */
export type FailedStatus = 'tool_error' | 'timeout' | 'memory' | 'output_limit' | 'crash' | 'bad_result' | 'infra';

/**
 * What one call did. `ok` says only that one well-formed JSON value came out and the process ended by itself; it never
 * says that the value is right, and never trust it more than a `return` of the tool itself.
 */
export type CallResult = (
  | {
      status: 'ok';
      value: Json;
      /** JSON text of the value with sorted keys, floats as Python's repr: compare runs by it. */
      canonical: string;
      error?: undefined;
    }
  | { status: FailedStatus; error: ToolError; value?: undefined; canonical?: undefined }
) & {
  /** What the function printed, standard output and standard error in order. */
  stdout: string;
  /** What the module printed while it was loaded for this call. */
  loadStdout: string;
  usage: CallUsage;
  /** Present when the call ran without any wall because the caller asked for that. */
  unsafe?: true;
};

/** One call of a list; `options` add to those of the whole list. */
export type ListedCall = { fn: string; args: Json; options?: CallOptions };

/** One entry of an episode's log: enough to replay it anywhere and to prove that the replay went the same way. */
export type Call = {
  fn: string;
  args: Json;
  /** sha256 of the canonical result. */
  resultHash?: string;
  /** sha256 of the canonical STATE after the call. */
  stateHash?: string;
};

export type OpenOptions = CallOptions & { log?: Call[] };

/** A stateful run of one environment. Calls are transactional: one that fails by a limit or crash leaves no trace. */
export interface Episode {
  call(fn: string, args: Json): Promise<CallResult>;
  /** `n` independent episodes in the same state. */
  fork(n: number): Promise<Episode[]>;
  /** Hash of STATE and the log that rebuilds it. */
  state(): Promise<{ hash: string; log: Call[] }>;
  close(): void;
}

/** Runs Python code that a model wrote. Faults of that code are results; a rejection means a wrong use of the sandbox. */
export interface Sandbox {
  info(): SandboxInfo;
  /** Compiles the source without running it. A source that does not compile gives an `EnvRef` with `error`. */
  load(source: string): Promise<EnvRef>;
  /** Runs `fn(**args)` in a fresh process after running the module: no call sees another. */
  call(env: EnvRef, fn: string, args: Json, options?: CallOptions): Promise<CallResult>;
  /**
   * The same as one `call` for each of the list, results in order, at less cost for this process. Each call has its own
   * process, limits and status: one that hangs or dies costs only itself. Those that a lost sandbox process left without
   * a result are `infra`.
   */
  callMany(env: EnvRef, calls: readonly ListedCall[], options?: CallOptions): Promise<CallResult[]>;
  open(env: EnvRef, options?: OpenOptions): Promise<Episode>;
}

/** A sandbox that owns processes. */
export type OwnedSandbox = Sandbox & { close(): Promise<void> };
