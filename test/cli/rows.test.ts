import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseJson, readRows } from '../../src/cli/rows.ts';

describe('readRows', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-rows-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const write = (content: string | Buffer): string => {
    const file = join(folder, 'rows');
    writeFileSync(file, content);
    return file;
  };

  it('reads lines, an array, one document, and gzip', async () => {
    const rowsOf = async (content: string | Buffer): Promise<unknown> => (await readRows(write(content), false)).rows;

    assert.deepEqual(await rowsOf('{"a":1}\n\n{"a":2}\r\n'), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(await rowsOf('[\n 1,\n 2\n]\n'), [1, 2]);
    assert.deepEqual(await rowsOf('{\n "a": 1\n}\n'), [{ a: 1 }]);
    assert.deepEqual(await rowsOf(gzipSync('{"a":1}\n')), [{ a: 1 }]);
  });

  it('names the first bad line', async () => {
    const file = write('{"a":1}\n{oops\n');

    await assert.rejects(readRows(file, false), (error: Error) => error.message.startsWith(`${file}:2: got a line`));
  });

  it('leaves bad lines out when told to, and counts them', async () => {
    const { rows, skipped } = await readRows(write('{"a":1}\noops\n{"a":2}\nagain\n'), true);

    assert.deepEqual(rows, [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(skipped, [2, 4]);
  });

  it('names a file that is not there', async () => {
    await assert.rejects(readRows('/nowhere/rows.jsonl', false), /^InputError: \/nowhere\/rows\.jsonl: got /);
  });
});

describe('parseJson', () => {
  it('names the argument that is not JSON', () => {
    assert.throws(() => parseJson('{a: 1}', '--args'), {
      message: `--args: got {a: 1}; expected JSON. Mind the shell's quotes: --args '{"a": 1}'.`,
    });
  });
});
