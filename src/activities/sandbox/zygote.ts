import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { SandboxLost } from './classify-failure.ts';
import type { Launch } from './launch.ts';
import { startWithinMs } from './limits.ts';
import type { CallEnd, ZygoteFrame } from './zygote-frames.ts';
import { FrameReader } from './zygote-frames.ts';

/** How the processes of a batch ended, in order; fewer than were asked for when the zygote was lost before the rest. */
export type BatchEnd = { ends: CallEnd[]; lost?: SandboxLost };

type Batch = { ends: CallEnd[]; withinMs: readonly number[]; resolve: (end: BatchEnd) => void };
type Waiting<T> = { resolve: (value: T) => void; reject: (error: Error) => void };

const keptStderrChars = 2_000;
const late = 'sent no status frame in time';

/** One running zygote; at most one batch of requests in flight. After a failure it is dead and must be replaced. */
export class Zygote {
  /** Lines to processes that stay, in the order of their descriptors. */
  readonly channels: readonly Socket[];
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #frames = new FrameReader();
  readonly #exited: Promise<void>;
  #ready: Waiting<string> | undefined;
  #batch: Batch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stderr = '';
  #dead = false;
  #groupKilled = false;
  readonly #isBoxed: boolean;

  /** Starts one; rejects with SandboxLost when it does not report itself within 20 s. */
  static async start(launch: Launch): Promise<{ zygote: Zygote; facts: string }> {
    const zygote = new Zygote(launch);
    const facts = await new Promise<string>((resolve, reject) => {
      zygote.#ready = { resolve, reject };
      zygote.#armTimer(startWithinMs, 'did not start in time');
    });
    return { zygote, facts };
  }

  private constructor(launch: Launch) {
    this.#isBoxed = launch.isBoxed;
    const user = launch.uid === undefined ? {} : { uid: launch.uid, gid: launch.uid };
    const lines = Array.from({ length: launch.channels }, () => 'pipe' as const);
    const stdio: ['pipe', 'pipe', 'pipe', ...'pipe'[]] = ['pipe', 'pipe', 'pipe', ...lines];
    this.#process = spawn(launch.command, launch.args, { stdio, env: launch.env, cwd: '/', ...user });
    this.channels = this.#process.stdio.slice(3).filter((line) => line instanceof Socket);
    for (const line of this.channels) line.on('error', (error) => this.#lose(`lost a channel: ${error.message}`));
    this.#process.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk.toString()}`.slice(-keptStderrChars);
    });
    this.#process.stdin.on('error', (error) => this.#lose(`cannot be written to: ${error.message}`));
    this.#process.on('error', (error) => this.#lose(`cannot be started: ${error.message}`));
    this.#exited = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => {
        this.#lose(`ended (${signal ?? `code ${code}`})`);
        resolve();
      });
    });
  }

  get dead(): boolean {
    return this.#dead;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sends one request and waits for its status frame; rejects with SandboxLost when none comes within the time. */
  async run(request: Buffer, withinMs: number): Promise<CallEnd> {
    const { ends, lost } = await this.runBatch(request, [withinMs]);
    const [end] = ends;
    if (end) return end;
    throw lost ?? new SandboxLost('the sandbox process gave no answer');
  }

  /** Sends a batch; `withinMs` holds for each request of it, counted from the status frame before. */
  runBatch(batch: Buffer, withinMs: readonly number[]): Promise<BatchEnd> {
    if (this.#batch) throw new Error('a zygote takes one batch at a time');
    return new Promise((resolve) => {
      this.#batch = { ends: [], withinMs, resolve };
      if (this.#dead) return this.#lose('is not running');
      this.#armTimer(withinMs[0] ?? 0, late);
      this.#process.stdin.write(batch);
    });
  }

  /** Ends the process at once; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#lose('was stopped');
    await this.#exited;
  }

  #read(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) this.#take(frame);
    } catch (error) {
      this.#lose(`sent ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #take(frame: ZygoteFrame): void {
    clearTimeout(this.#timer);
    if (frame.kind === 'ready') {
      this.#ready?.resolve(frame.facts);
      this.#ready = undefined;
      return;
    }
    const batch = this.#batch;
    if (!batch) throw new Error('a status frame that nobody waits for');
    const { ends, withinMs } = batch;
    ends.push(frame.end);
    if (ends.length < withinMs.length) return this.#armTimer(withinMs[ends.length] ?? 0, late);
    this.#batch = undefined;
    batch.resolve({ ends });
  }

  #armTimer(ms: number, complaint: string): void {
    this.#timer = setTimeout(() => this.#lose(complaint), ms);
  }

  /** Without a box around it, all that it forked goes with it only as a group. */
  #kill(): void {
    this.#process.kill('SIGKILL');
    if (!this.#isBoxed && this.pid !== undefined && !this.#groupKilled) {
      this.#groupKilled = true;
      try {
        process.kill(-this.pid, 'SIGKILL');
      } catch (error) {
        // It is gone already, or was not yet a group.
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  }

  #lose(complaint: string): void {
    clearTimeout(this.#timer);
    this.#dead = true;
    this.#kill();
    // Of a Python traceback the last line says what happened.
    const said = this.#stderr.trim().split('\n').at(-1) ?? '';
    const error = new SandboxLost(`the sandbox process ${complaint}${said === '' ? '' : `; it said: ${said}`}`);
    this.#ready?.reject(error);
    this.#batch?.resolve({ ends: this.#batch.ends, lost: error });
    this.#ready = this.#batch = undefined;
  }
}
