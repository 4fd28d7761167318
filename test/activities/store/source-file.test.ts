import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { eachSourceRow, readSourceFile } from '../../../src/activities/store/source-file.ts';
import { splitLines } from '../../../src/activities/store/source-lines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

async function numbered(name: string, content: string | Buffer): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { line, value } of eachSourceRow(await file(name, content))) rows.push([line, value]);
  return rows;
}

describe('numbered rows of a source file', () => {
  it('are its lines, or the elements of a document', async () => {
    assert.deepEqual(await numbered('a.jsonl', '\n{"a":1}\n\n[2]\n'), [
      [2, { a: 1 }],
      [4, [2]],
    ]);
    assert.deepEqual(await numbered('a.json', gzipSync('[\n"x",\n"y"\n]')), [
      [1, 'x'],
      [2, 'y'],
    ]);
    assert.deepEqual(await numbered('a.json', ''), []);
  });

  it('end at what cannot be read, with its line', async () => {
    await assert.rejects(numbered('a.jsonl', '1\n{broken\n2\n'), /^Error: line 2: not JSON: /);
    await assert.rejects(numbered('a.json', '[\n1,\n'), /^Error: line 1: not JSON: /);
  });
});

describe('rows of a source file', () => {
  it('are the values of its lines, blank lines and a byte order mark aside', async () => {
    assert.deepEqual(await readSourceFile(await file('a.jsonl', '\u{feff}{"a":1}\r\n\n[2]\n"x"')), {
      rows: [{ a: 1 }, [2], 'x'],
      bad: [],
    });
  });

  it('are the elements of an array, in one line or many', async () => {
    assert.deepEqual(await readSourceFile(await file('a.json', '[1,2]')), { rows: [1, 2], bad: [] });
    assert.deepEqual(await readSourceFile(await file('a.json', '[\n1,\n2\n]\n')), { rows: [1, 2], bad: [] });
  });

  it('are the one document of a taxonomy', async () => {
    assert.deepEqual(await readSourceFile(await file('a.json', '{\n"travel": {}\n}')), {
      rows: [{ travel: {} }],
      bad: [],
    });
  });

  it('are found inside gzip, whatever the file is called', async () => {
    assert.deepEqual(await readSourceFile(await file('a.jsonl', gzipSync('1\n2\n'))), { rows: [1, 2], bad: [] });
  });

  it('stop at the number asked for', async () => {
    assert.deepEqual(await readSourceFile(await file('a.jsonl', '1\n2\n{broken'), 2), { rows: [1, 2], bad: [] });
  });

  it('leave bad lines behind with their numbers', async () => {
    const { rows, bad } = await readSourceFile(await file('a.jsonl', Buffer.from('{"a":\n1\n\xff\n', 'latin1')));

    assert.deepEqual(rows, [1]);
    assert.deepEqual(
      bad.map(({ line }) => line),
      [1, 3],
    );
    assert.match(bad[0]?.detail ?? '', /^not JSON: /);
    assert.equal(bad[1]?.detail, 'not UTF-8 text');
  });

  it('are none in an empty file', async () => {
    assert.deepEqual(await readSourceFile(await file('a.jsonl', '\n')), { rows: [], bad: [] });
  });

  it('cannot be read from a gzip that was cut', async () => {
    await assert.rejects(
      readSourceFile(await file('a.gz', gzipSync('"x"\n'.repeat(999)).subarray(0, 20))),
      /unexpected end/,
    );
  });
});

describe('lines of a stream', () => {
  const split = async (chunks: readonly Buffer[], longest?: number): Promise<unknown[]> => {
    const lines: unknown[] = [];
    const stream = (async function* () {
      yield* chunks;
    })();
    for await (const line of splitLines(stream, longest)) lines.push(line);
    return lines;
  };

  it('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), fc.array(fc.nat(20)), async (texts, cuts) => {
        const clean = texts.map((text) => text.toWellFormed().replaceAll('\n', '').replaceAll('\u{feff}', ''));
        const whole = Buffer.from(clean.map((text) => `${text}\n`).join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) chunks.push(whole.subarray(at, (at += cut)));
        chunks.push(whole.subarray(at));

        assert.deepEqual(
          await split(chunks),
          clean.map((text, index) => ({ number: index + 1, text })),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('that are too long are named and cost no other line', async () => {
    assert.deepEqual(await split([Buffer.from('1234'), Buffer.from('56\n7\n')], 5), [
      { number: 1, fault: 'the line has 6 bytes: at most 5 can be read' },
      { number: 2, text: '7' },
    ]);
  });
});
