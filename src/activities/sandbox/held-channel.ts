import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';

type Waiting = { resolve: (answer: Buffer | undefined) => void; timer: NodeJS.Timeout; mostBytes: number };

/**
 * The line to one process that stays. What arrives is untrusted and may be left over from an earlier holder: everything
 * before the greeting is thrown away. An answer that is late or too large is `undefined`, and the line is broken.
 */
export class HeldChannel {
  readonly #socket: Socket;
  readonly #greeting: Buffer;
  readonly #listener = (chunk: Buffer) => this.#read(chunk);
  #bytes: Buffer = Buffer.alloc(0);
  #greeted = false;
  #turn = 0;
  #waiting: Waiting | undefined;
  broken = false;

  constructor(socket: Socket, greeting: string) {
    this.#socket = socket;
    this.#greeting = Buffer.from(greeting);
    socket.on('data', this.#listener);
  }

  /** Sends one request and waits for its answer. */
  ask(request: object, limit: { ms: number; bytes: number }): Promise<Buffer | undefined> {
    if (this.broken || this.#waiting) return Promise.resolve(undefined);
    this.#turn += 1;
    const text = Buffer.from(JSON.stringify({ ...request, turn: this.#turn }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length, 0);
    this.#socket.write(Buffer.concat([length, text]));
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answer(undefined), limit.ms);
      this.#waiting = { resolve, timer, mostBytes: limit.bytes };
      this.#take();
    });
  }

  /** Stops listening, so that the line can be given to another process. */
  leave(): void {
    this.#answer(undefined);
    this.#socket.off('data', this.#listener);
  }

  #read(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (!this.#greeted) {
      const at = this.#bytes.indexOf(this.#greeting);
      if (at < 0) {
        this.#bytes = this.#bytes.subarray(-this.#greeting.length);
        return;
      }
      this.#greeted = true;
      this.#bytes = this.#bytes.subarray(at + this.#greeting.length);
    }
    this.#take();
  }

  #take(): void {
    if (!this.#greeted || this.#bytes.length < 4) return;
    const length = this.#bytes.readUInt32LE(0);
    if (!this.#waiting || length > this.#waiting.mostBytes) return this.#answer(undefined);
    if (this.#bytes.length < 4 + length) return;
    // Bytes after the answer, or an answer to another turn, were asked for by nobody.
    const isAsked = this.#bytes.length === 4 + length && length > 4 && this.#bytes.readUInt32LE(4) === this.#turn;
    const answer = this.#bytes.subarray(8, 4 + length);
    this.#bytes = Buffer.alloc(0);
    this.#answer(isAsked ? answer : undefined);
  }

  #answer(answer: Buffer | undefined): void {
    this.broken ||= answer === undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(waiting?.timer);
    waiting?.resolve(answer);
  }
}
