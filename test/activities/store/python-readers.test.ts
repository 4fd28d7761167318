import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jsonLine } from '../../../src/activities/store/json-line.ts';
import { parquetBytes } from '../../../src/activities/store/parquet-file.ts';
import type { JudgedEpisode } from '../../../src/domain/export/episodes/judged-episode.ts';
import { sftMessagesRow } from '../../../src/domain/export/episodes/messages-row.ts';
import { shareGptRow } from '../../../src/domain/export/episodes/share-gpt-row.ts';
import { verlColumns, verlRow } from '../../../src/domain/export/episodes/verl-row.ts';
import { judgedEpisode, madeUpEpisode } from '../../domain/episode/made-up-episode.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const python = process.env['ASTRA_PYTHON_DATASETS'];

/** Reads each file as its consumers do, holds every row against the line it was written as, and says what it saw. */
const reader = `
import json, sys
import datasets, pyarrow.parquet, trl

def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]

def loaded(path, name):
    return list(datasets.load_dataset("json", data_files=path, split="train", cache_dir=name))

messages, share, parquet, cache = sys.argv[1:]
rows = loaded(messages, cache)
table = pyarrow.parquet.read_table(parquet).to_pylist()
plain = [{key: value for key, value in m.items() if key != "weight"} for row in lines(messages) for m in row["messages"]]
print(json.dumps({
    "rows": len(rows),
    "messages": rows == lines(messages),
    "conversational": all(trl.is_conversational(row) for row in rows),
    "share": loaded(share, cache) == lines(share),
    "columns": list(table[0]),
    "parquet": [m for row in table for m in json.loads(row["messages"])] == plain,
    "tools": [json.loads(row["tools"]) for row in table] == [row["tools"] for row in lines(messages)],
}))
`;

/** Two conversations whose tools and messages have different keys. */
function twoRows(): JudgedEpisode[] {
  const first = madeUpEpisode();
  const search = { type: 'object', properties: { query: { enum: ['a', 'b'] }, limit: { type: 'integer' } } };
  const second = madeUpEpisode({
    id: 'episode-2',
    tools: [{ type: 'function', function: { name: 'search', description: 'Searches.', parameters: search } }],
    messages: [
      { role: 'user', content: 'Is there anything?' },
      { role: 'assistant', content: 'Nothing that I could look for.' },
    ],
  });
  return [first, second].map((episode) => judgedEpisode({}, { episode }));
}

async function* each<T>(rows: readonly T[]): AsyncGenerator<T, void> {
  yield* rows;
}

describe('exports as Python reads them', function () {
  this.timeout(120_000);

  it('are what was written: rows for datasets and TRL, parquet for verl', async function () {
    // Needs an interpreter with the packages datasets, pyarrow and trl: docs/testing.md.
    if (python === undefined) return this.skip();
    const folder = temporaryFolder();
    const path = (name: string): string => join(folder, name);
    const judged = twoRows();
    await writeFile(path('sft.jsonl'), judged.map((one) => jsonLine(sftMessagesRow(one) ?? null)).join(''));
    await writeFile(path('share.jsonl'), judged.map((one) => jsonLine(shareGptRow(one))).join(''));
    const bytes: Uint8Array[] = [];
    for await (const part of parquetBytes(verlColumns, each(judged.map(verlRow)))) bytes.push(part);
    await writeFile(path('verl.parquet'), Buffer.concat(bytes));

    const args = ['-c', reader, path('sft.jsonl'), path('share.jsonl'), path('verl.parquet'), path('cache')];
    const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: path('home') };
    const { stdout } = await promisify(execFile)(python, args, { env });

    assert.deepEqual(JSON.parse(stdout), {
      rows: 2,
      messages: true,
      conversational: true,
      share: true,
      columns: ['messages', 'tools', 'enable_thinking', 'meta'],
      parquet: true,
      tools: true,
    });
  });
});
