import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolveOptions } from '../../../src/activities/sandbox/limits.ts';
import { encodeBatch, encodeRequest, FrameReader } from '../../../src/activities/sandbox/zygote-frames.ts';

const frame = (kind: number, body: Buffer) => {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt8(kind, 4);
  return Buffer.concat([head, body]);
};

const status = () => {
  const body = Buffer.alloc(25);
  body.writeUInt8(2, 0);
  body.writeInt32LE(-1, 1);
  body.writeInt32LE(9, 5);
  [1_500, 500, 3_000, 20_480].forEach((number, index) => body.writeUInt32LE(number, 9 + index * 4));
  return body;
};

const ended = (output: string) => ({
  kind: 'ended',
  end: {
    stoppedFor: 'cpu',
    exitCode: -1,
    signal: 9,
    cpuMs: 2,
    wallMs: 3,
    maxRssKb: 20_480,
    output: Buffer.from(output),
  },
});

describe('zygote frames', () => {
  it('are the same however the stream is cut', () => {
    const stream = Buffer.concat([
      frame(9, Buffer.from('{}')),
      frame(0, Buffer.from('first ')),
      frame(0, Buffer.from('second')),
      frame(1, status()),
      frame(0, Buffer.from('next call')),
      frame(1, status()),
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const reader = new FrameReader();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const frames = edges.slice(1).flatMap((edge, index) => reader.push(stream.subarray(edges[index], edge)));
        assert.deepEqual(frames, [{ kind: 'ready', facts: '{}' }, ended('first second'), ended('next call')]);
      }),
    );
  });

  it('refuse a stream that is not made of frames', () => {
    assert.throws(
      () => new FrameReader().push(Buffer.from('Traceback (most recent call last)')),
      /a frame of \d+ bytes/,
    );
    assert.throws(() => new FrameReader().push(frame(7, Buffer.alloc(3))), /an unknown frame: kind 7, 3 bytes/);
    assert.throws(() => new FrameReader().push(frame(1, Buffer.alloc(24))), /an unknown frame: kind 1, 24 bytes/);
  });

  it('carry limits, length, head and body of a request', () => {
    const limits = resolveOptions({ wallMs: 100, cpuMs: 50, memMb: 128, outKb: 2 });
    const request = encodeRequest(limits, 'é', Buffer.from('body'));
    assert.deepEqual(
      [0, 4, 8, 12, 16, 20, 24, 28, 32, 36].map((at) => request.readUInt32LE(at)),
      [100, 50, 128, 2, 0, 0, 0, 0, 4 + 2 + 4, 2],
    );
    assert.equal(request.subarray(40).toString(), 'ébody');
  });

  it('say of each request of a batch but the last that more follow', () => {
    const limits = resolveOptions({});
    const one = (head: string) => ({ limits, head, body: Buffer.from('b') });
    const batch = encodeBatch([one('first'), one('2'), one('third')]);
    const [first, second, third] = [batch.subarray(0, 46), batch.subarray(46, 88), batch.subarray(88)];
    assert.deepEqual(
      [first, second, third].map((request) => [request.readUInt32LE(16), request.subarray(40).toString()]),
      [
        [1, 'firstb'],
        [1, '2b'],
        [0, 'thirdb'],
      ],
    );
  });
});
