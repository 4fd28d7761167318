import type { ResolvedOptions } from './limits.ts';

/** How a call's process ended, as the zygote saw it; `output` is what the process itself wrote and so is untrusted. */
export type CallEnd = {
  /** `ready`: it did not end but stays; the exit code says how many do. `gone`: there was no process to do it. */
  stoppedFor: (typeof stops)[number];
  exitCode: number;
  signal: number;
  cpuMs: number;
  wallMs: number;
  maxRssKb: number;
  output: Buffer;
};

export type ZygoteFrame = { kind: 'ready'; facts: string } | { kind: 'ended'; end: CallEnd };

const frameHead = 5;
const statusBytes = 25;
const largestFrame = 1 << 16;
const kinds = { data: 0, status: 1, ready: 9 } as const;
const stops = ['nothing', 'wall', 'cpu', 'output', 'ready', 'gone'] as const;

/**
 * What the zygote does with a request. `load`: keep the process that loaded the module, as a template in a slot. `use`: a
 * call in a double of that template. `hold`: keep a process that answers on a line. `fork`: double the process of line
 * `slot` onto the lines that the body lists, as 32-bit numbers. `stop`: end the process of a line.
 */
export type Order = { do: 'run' | 'load' | 'use' | 'hold' | 'fork' | 'stop'; slot?: number; line?: number };

/** One request: a head (JSON or the word `compile`) and a body (bytecode or source). Without an order: `run`. */
export type Request = { limits: ResolvedOptions; head: string; body: Buffer; order?: Order };

const orderKinds = ['run', 'load', 'use', 'hold', 'fork', 'stop'] as const satisfies Order['do'][];
const requestPrefix = 40;
/** A `use` with more than this does not fit into the pipe that it travels through. */
export const mostUseBytes = 60_000;

export function encodeRequest(limits: ResolvedOptions, head: string, body: Buffer): Buffer {
  return encodeBatch([{ limits, head, body }]);
}

/**
 * Requests in order: limits, whether more follow, the order, length, head, body. While more follow, the zygote may keep
 * finished answers for some milliseconds, so that Node wakes up for many of them at once.
 */
export function encodeBatch(requests: readonly Request[]): Buffer {
  const sizes = requests.map(({ head, body }) => Buffer.byteLength(head) + body.length);
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + requestPrefix + size, 0));
  let at = 0;
  for (const [index, { limits, head, body, order }] of requests.entries()) {
    const size = sizes[index] ?? 0;
    const bounds = [limits.wallMs, limits.cpuMs, limits.memMb, limits.outKb, Number(index + 1 < requests.length)];
    const wanted = [orderKinds.indexOf(order?.do ?? 'run'), order?.slot ?? 0, order?.line ?? 0];
    for (const number of [...bounds, ...wanted, 4 + size, size - body.length]) at = bytes.writeUInt32LE(number, at);
    at += bytes.write(head, at);
    at += body.copy(bytes, at);
  }
  return bytes;
}

/** Cuts the byte stream of a zygote into frames. `push` throws when the stream is not made of frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #output: Buffer[] = [];

  push(chunk: Buffer): ZygoteFrame[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: ZygoteFrame[] = [];
    while (bytes.length >= frameHead) {
      const length = bytes.readUInt32LE(0);
      if (length > largestFrame) throw new Error(`a frame of ${length} bytes; at most ${largestFrame} are possible`);
      if (bytes.length < frameHead + length) break;
      const frame = this.#read(bytes.readUInt8(4), bytes.subarray(frameHead, frameHead + length));
      if (frame) frames.push(frame);
      bytes = bytes.subarray(frameHead + length);
    }
    this.#rest = bytes;
    return frames;
  }

  #read(kind: number, body: Buffer): ZygoteFrame | undefined {
    if (kind === kinds.ready) return { kind: 'ready', facts: body.toString() };
    if (kind === kinds.data) {
      this.#output.push(body);
      return undefined;
    }
    if (kind !== kinds.status || body.length !== statusBytes) {
      throw new Error(`an unknown frame: kind ${kind}, ${body.length} bytes`);
    }
    const [only] = this.#output;
    const output = only && this.#output.length === 1 ? only : Buffer.concat(this.#output);
    this.#output = [];
    return { kind: 'ended', end: { ...readStatus(body), output } };
  }
}

function readStatus(body: Buffer): Omit<CallEnd, 'output'> {
  return {
    stoppedFor: stops[body.readUInt8(0)] ?? 'nothing',
    exitCode: body.readInt32LE(1),
    signal: body.readInt32LE(5),
    cpuMs: (body.readUInt32LE(9) + body.readUInt32LE(13)) / 1000,
    wallMs: body.readUInt32LE(17) / 1000,
    maxRssKb: body.readUInt32LE(21),
  };
}
