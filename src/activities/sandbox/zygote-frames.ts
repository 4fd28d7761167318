import type { ResolvedOptions } from './limits.ts';

/** How a call's process ended, as the zygote saw it; `output` is what the process itself wrote and so is untrusted. */
export type CallEnd = {
  stoppedFor: 'nothing' | 'wall' | 'cpu' | 'output';
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
const stops = ['nothing', 'wall', 'cpu', 'output'] as const;

/** Request of one call: limits, length, then a head (JSON or the word `compile`) and a body (bytecode or source). */
export function encodeRequest(limits: ResolvedOptions, head: string, body: Buffer): Buffer {
  const text = Buffer.from(head);
  const prefix = Buffer.alloc(24);
  const numbers = [limits.wallMs, limits.cpuMs, limits.memMb, limits.outKb, 4 + text.length + body.length, text.length];
  numbers.forEach((number, index) => prefix.writeUInt32LE(number, index * 4));
  return Buffer.concat([prefix, text, body]);
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
    const output = Buffer.concat(this.#output);
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
