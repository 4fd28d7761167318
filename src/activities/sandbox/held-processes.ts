import { randomBytes } from 'node:crypto';
import { SandboxLost } from './classify-failure.ts';
import { HeldChannel } from './held-channel.ts';
import type { Launch } from './launch.ts';
import type { ResolvedOptions } from './limits.ts';
import { lateAfterMs } from './limits.ts';
import { Turns } from './turns.ts';
import { Zygote } from './zygote.ts';
import { encodeRequest } from './zygote-frames.ts';

/** What a process starts from: its limits, the head of its request and the bytecode of its module. */
export type HoldRequest = { limits: ResolvedOptions; job: Record<string, unknown>; bytecode: Buffer };

/** One process that stays until it is stopped; it is gone once `channel.broken` is true. */
export type Held = { channel: HeldChannel; line: number; pid: number; busy: boolean };

const firstDescriptor = 3;
const greetingBytes = 16;
/** Ends a process that spins between calls; a rebuilt one starts from zero again. */
const lifetimeCpuMs = 60_000;

/** Processes that stay, as many as there are channels; a new one takes the place of the one that was idle longest. */
export class HeldProcesses {
  readonly #launch: Launch;
  readonly #live = new Set<Held>();
  /** Processes to kill before a channel is given out again. */
  readonly #left = new Set<Held>();
  #zygote: Promise<Zygote> | undefined;
  readonly #turns = new Turns();

  constructor(launch: Launch) {
    this.#launch = launch;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Starts one process; undefined when every channel is busy. Rejects with SandboxLost when the sandbox failed. */
  hold(request: HoldRequest): Promise<Held | undefined> {
    return this.#turns.take(async () => {
      const zygote = await this.#running();
      await this.#killLeft();
      const line = await this.#freeLine(zygote);
      const socket = zygote.channels[line ?? -1];
      if (line === undefined || !socket) return undefined;
      const greeting = randomBytes(greetingBytes).toString('hex');
      const channel = new HeldChannel(socket, greeting);
      const job = { ...request.job, do: 'hold', channel: firstDescriptor + line, greeting };
      const limits = { ...request.limits, wallMs: 0, cpuMs: lifetimeCpuMs };
      const { exitCode: pid } = await zygote.run(
        encodeRequest(limits, JSON.stringify(job), request.bytecode),
        lateAfterMs,
      );
      const held = { channel, line, pid, busy: false };
      this.#live.add(held);
      return held;
    });
  }

  /** Marks a process as used last. */
  touch(held: Held): void {
    if (this.#live.delete(held)) this.#live.add(held);
  }

  /** Ends a process, if it still runs, and frees its channel. */
  stop(held: Held): Promise<void> {
    this.#leave(held);
    return this.#turns.take(() => this.#killLeft());
  }

  async close(): Promise<void> {
    await this.#turns.take(() => Promise.resolve());
    const zygote = await this.#zygote?.catch(() => undefined);
    this.#zygote = undefined;
    this.#forget();
    await zygote?.stop();
  }

  async #running(): Promise<Zygote> {
    const current = await this.#zygote?.catch(() => undefined);
    if (current && !current.dead) return current;
    this.#forget();
    const started = Zygote.start(this.#launch).then(({ zygote }) => zygote);
    this.#zygote = started;
    return started;
  }

  /** A dead zygote has taken its processes with it. */
  #forget(): void {
    for (const held of this.#live) held.channel.leave();
    this.#live.clear();
    this.#left.clear();
  }

  /** A channel that no process holds, not even one that was left a moment ago and still has to be killed. */
  async #freeLine(zygote: Zygote): Promise<number | undefined> {
    const free = this.#unheldLine(zygote);
    if (free !== undefined) return free;
    const idle = [...this.#live].find((held) => !held.busy);
    if (idle) this.#leave(idle);
    await this.#killLeft();
    return this.#unheldLine(zygote);
  }

  #unheldLine(zygote: Zygote): number | undefined {
    const taken = new Set([...this.#live, ...this.#left].map((held) => held.line));
    const line = zygote.channels.findIndex((_, index) => !taken.has(index));
    return line < 0 ? undefined : line;
  }

  #leave(held: Held): void {
    if (!this.#live.delete(held)) return;
    held.channel.leave();
    this.#left.add(held);
  }

  /** One request for all that were left since the last time. Their channels are free once it is answered. */
  async #killLeft(): Promise<void> {
    const zygote = await this.#zygote?.catch(() => undefined);
    const going = [...this.#left];
    if (going.length === 0 || !zygote || zygote.dead) return;
    const pids = going.map(({ pid }) => pid);
    const limits = { seed: '', hashSeed: 0, nowMs: 0, cpuMs: 1_000, wallMs: 1_000, memMb: 512, outKb: 1 } as const;
    const request = encodeRequest(limits, JSON.stringify({ do: 'stop', pids }), Buffer.alloc(0));
    await zygote.run(request, lateAfterMs).catch((error: unknown) => {
      // A zygote that is lost has lost the processes too, which is what was wanted.
      if (!(error instanceof SandboxLost)) throw error;
    });
    for (const gone of going) this.#left.delete(gone);
  }
}
