import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readRows } from '../../src/cli/rows.ts';

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

  it('reads JSON lines with their numbers, past empty lines', () => {
    const { rows } = readRows(write('{"a":1}\n\n{"a":2}\r\n'), false);

    assert.deepEqual(rows, [
      { line: 1, value: { a: 1 } },
      { line: 3, value: { a: 2 } },
    ]);
  });

  it('reads a JSON array as its items', () => {
    assert.deepEqual(readRows(write('[\n 1,\n 2\n]\n'), false).rows, [
      { line: 1, value: 1 },
      { line: 2, value: 2 },
    ]);
  });

  it('reads one JSON document over several lines as one row', () => {
    assert.deepEqual(readRows(write('{\n "a": 1\n}\n'), false).rows, [{ line: 1, value: { a: 1 } }]);
  });

  it('reads gzip by its content, whatever the name', () => {
    assert.deepEqual(readRows(write(gzipSync('{"a":1}\n')), false).rows, [{ line: 1, value: { a: 1 } }]);
  });

  it('names the first bad line', () => {
    const file = write('{"a":1}\n{oops\n');

    assert.throws(() => readRows(file, false), {
      message: `${file}:2: got a line that is not JSON; expected one JSON value a line. Correct it, or use --skip-invalid.`,
    });
  });

  it('leaves bad lines out when told to, and counts them', () => {
    const { rows, skipped } = readRows(write('oops\n{"a":1}\nagain\n'), true);

    assert.deepEqual(rows, [{ line: 2, value: { a: 1 } }]);
    assert.deepEqual(skipped, [1, 3]);
  });
});
