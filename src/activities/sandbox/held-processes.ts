import { randomBytes } from 'node:crypto';
import { HeldChannel } from './held-channel.ts';
import type { Launch } from './launch.ts';
import type { ResolvedOptions } from './limits.ts';
import { lateAfterMs, resolveOptions } from './limits.ts';
import { Turns } from './turns.ts';
import { Zygote } from './zygote.ts';
import type { Order } from './zygote-frames.ts';
import { encodeBatch } from './zygote-frames.ts';

/** What a process starts from: its limits, the head of its request and the bytecode of its module. */
export type HoldRequest = { limits: ResolvedOptions; job: Record<string, unknown>; bytecode: Buffer };

/** One process that stays until it is stopped; it is gone once `channel.broken` is true. */
export type Held = { channel: HeldChannel; greeting: string; line: number; busy: boolean };

const greetingBytes = 16;
/** Of the answer that says that the doubling is over. */
const answerBytes = 4_096;
/** Made by one order: others must not wait long for the zygote. */
const mostDoubles = 32;
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
      const held = await this.#place(zygote, newGreeting());
      if (!held) return undefined;
      const head = JSON.stringify({ ...request.job, greeting: held.greeting });
      const limits = { ...request.limits, cpuMs: lifetimeCpuMs };
      const order = { do: 'hold', line: held.line } as const;
      const started = encodeBatch([{ limits, head, body: request.bytecode, order }]);
      await zygote.run(started, lateAfterMs);
      held.busy = false;
      return held;
    });
  }

  /**
   * Doubles a process `n` times, together with all that its calls left in it. Fewer when lines are short, none when it
   * cannot be doubled; then it is broken.
   */
  fork(parent: Held, n: number): Promise<Held[]> {
    return this.#turns.take(async () => {
      const zygote = await this.#running();
      if (parent.channel.broken) return [];
      parent.busy = true;
      const doubles: Held[] = [];
      const greeting = newGreeting();
      while (doubles.length < n) {
        const held = await this.#place(zygote, greeting);
        if (!held) break;
        doubles.push(held);
      }
      for (let made = 0; made < doubles.length; made += mostDoubles) {
        await this.#double({ zygote, parent }, doubles.slice(made, made + mostDoubles));
      }
      parent.busy = false;
      return doubles.filter((held) => this.#live.has(held));
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

  async #double({ zygote, parent }: { zygote: Zygote; parent: Held }, doubles: Held[]): Promise<void> {
    const [first] = doubles;
    if (!first) return;
    const request = { doubles: doubles.length, greeting: first.greeting };
    const asked = parent.channel.ask(request, { ms: lateAfterMs, bytes: answerBytes });
    const body = Buffer.from(Uint32Array.from(doubles, ({ line }) => line).buffer);
    const { ends } = await zygote.runBatch(encodeOrders([{ do: 'fork', slot: parent.line }], body), [lateAfterMs]);
    const made = ends[0]?.stoppedFor === 'ready' ? ends[0].exitCode : 0;
    doubles.forEach((held, index) => {
      held.busy = false;
      if (index >= made) this.#leave(held);
    });
    if (made < doubles.length) parent.channel.leave();
    await asked;
  }

  /** A place for one more process: a line that nobody holds, with a channel on it; undefined when all are busy. */
  async #place(zygote: Zygote, greeting: string): Promise<Held | undefined> {
    await this.#killLeft();
    const line = await this.#freeLine(zygote);
    const socket = zygote.channels[line ?? -1];
    if (line === undefined || !socket) return undefined;
    const held = { channel: new HeldChannel(socket, greeting), greeting, line, busy: true };
    this.#live.add(held);
    return held;
  }

  /** One batch for all that were left since the last time. Their channels are free once it is answered. */
  async #killLeft(): Promise<void> {
    const zygote = await this.#zygote?.catch(() => undefined);
    const going = [...this.#left];
    if (going.length === 0 || !zygote || zygote.dead) return;
    const orders = going.map(({ line }) => ({ do: 'stop', line }) as const);
    // A zygote that is lost has lost the processes too, which is what was wanted.
    await zygote.runBatch(
      encodeOrders(orders),
      [...orders.keys()].map(() => lateAfterMs),
    );
    for (const gone of going) this.#left.delete(gone);
  }
}

function encodeOrders(orders: readonly Order[], body = Buffer.alloc(0)): Buffer {
  const limits = resolveOptions({});
  return encodeBatch(orders.map((order) => ({ limits, head: '', body, order })));
}

/** A word that no tool can know: what comes before it on a line is of someone else. */
function newGreeting(): string {
  return randomBytes(greetingBytes).toString('hex');
}
