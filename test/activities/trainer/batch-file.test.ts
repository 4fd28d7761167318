import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBatch, writeHashed } from '../../../src/activities/trainer/batch-file.ts';

const row = { group: 3, rollouts: [0], version: 2, reward: 1, advantage: 0.5 };
const rows = [
  { ...row, tokens: [7, 8, 9], mask: [0, 1, 1] as const, logprobs: [0, -0.5, -1] },
  { ...row, tokens: [5, 6], mask: [0, 1] as const, logprobs: [0, -2], advantage: -0.25, version: 1 },
];

interface Place {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function open(bytes: Uint8Array): { header: Record<string, Place>; part: (name: string) => Buffer } {
  const buffer = Buffer.from(bytes);
  const size = Number(buffer.readBigUInt64LE(0));
  const header = JSON.parse(buffer.subarray(8, 8 + size).toString()) as Record<string, Place>;
  const part = (name: string): Buffer => {
    const [from, to] = header[name]?.data_offsets ?? [0, 0];
    return buffer.subarray(8 + size + from, 8 + size + to);
  };
  return { header, part };
}

describe('a batch file', () => {
  it('holds tokens, mask, log-probabilities, advantages, offsets and versions as safetensors', () => {
    const { header, part } = open(encodeBatch(rows, { run: 'demo' }));

    const shapes = Object.entries(header).flatMap(([name, place]) =>
      name === '__metadata__' ? [] : [`${name} ${place.dtype}[${place.shape.join()}]`],
    );
    assert.deepEqual(shapes.toSorted(), [
      'advantages F32[5]',
      'logprobs F32[5]',
      'mask U8[5]',
      'offsets I64[3]',
      'token_ids I32[5]',
      'version I32[2]',
    ]);
    assert.deepEqual(
      [0, 1, 2].map((at) => part('offsets').readBigInt64LE(8 * at)),
      [0n, 3n, 5n],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((at) => part('token_ids').readInt32LE(4 * at)),
      [7, 8, 9, 5, 6],
    );
    assert.deepEqual([...part('mask')], [0, 1, 1, 0, 1]);
    assert.deepEqual(
      [0, 1].map((at) => part('version').readInt32LE(4 * at)),
      [2, 1],
    );
  });

  it('gives every sampled token its advantage and every other one none', () => {
    const { part } = open(encodeBatch(rows, {}));

    assert.deepEqual(
      [0, 1, 2, 3, 4].map((at) => part('advantages').readFloatLE(4 * at)),
      [0, 0.5, 0.5, 0, -0.25],
    );
  });

  it('keeps what is told beside it, in any script, and begins its data at a multiple of eight bytes', () => {
    const bytes = encodeBatch(rows, { question: '潮汐表' });
    const { header } = open(bytes);

    assert.deepEqual(header['__metadata__'], { question: '潮汐表' });
    assert.equal(Number(Buffer.from(bytes).readBigUInt64LE(0)) % 8, 0);
  });

  it('has the same bytes for the same rows, and lies under its hash', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'astra-batch-'));
    try {
      const write = () => writeHashed(folder, [encodeBatch(rows, {})], (sha256) => `batch-${sha256}.safetensors`);
      const [one, two] = [await write(), await write()];

      assert.deepEqual(one, two);
      assert.equal(createHash('sha256').update(readFileSync(one.path)).digest('hex'), one.sha256);
      assert.deepEqual(readdirSync(folder), [`batch-${one.sha256}.safetensors`]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
