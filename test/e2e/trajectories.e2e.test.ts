import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isEpisodeFormat } from '../../src/activities/store/episode-rows.ts';
import { exportFiles, exportFormats } from '../../src/domain/export/formats.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { readTrajectory } from '../../src/domain/trajectory/read.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const program = resolve(import.meta.dirname, '../infra/programs/notes-server.ts');
const library = {
  name: 'library',
  description: 'The catalogue of a town library.',
  tools: [
    ['search_books', 'Search the catalogue for books by title', { query: 'Title to look for' }],
    ['get_book', 'Get one book of the catalogue by its id', { book_id: 'Id of the book' }],
    [
      'borrow_book',
      'Create a loan of a book for a member',
      { book_id: 'Id of the book', member_id: 'Id of the member' },
    ],
  ].map(([name, description, fields]) => ({
    name,
    description,
    parameters: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(fields ?? {}).map(([key, text]) => [key, { type: 'string', description: text }]),
      ),
      required: Object.keys(fields ?? {}),
    },
  })),
};

describe('a run that makes trajectories', function () {
  this.timeout(300_000);
  let stack: EmbeddedStack;
  let report: JsonObject;

  const config = (name: string, episodes: JsonObject = {}): string => {
    const mcpServers = { notes: { command: process.execPath, args: [program] } };
    return stack.config(name, {
      seed: 4,
      trajectories: {
        servers: [
          { file: stack.config('servers.json', { mcpServers }), domain: 'office' },
          { file: stack.config('library.json', library as unknown as JsonObject), domain: 'education' },
        ],
        chains: { samples: 1, walks: 20, perServer: 3 },
        tasks: { augment: { modes: [] } },
        episodes: { count: 6, failures: { rate: 0.2, liveRate: 0.2 }, ...episodes },
        judging: { repeatShare: 0.5 },
      },
    });
  };

  before(async () => {
    stack = embeddedStack('trajectories');
    await stack.up();
    report = await stack.json('run', config('first.yaml'), '--run', 'first');
  });
  after(() => stack.remove());

  it('plays every planned episode to a named end and says what became of them', () => {
    assert.equal(report['status'], 'completed', JSON.stringify(report));
    const episodes = at(report, 'counts', 'episode') as JsonObject; // a report's counts are an object
    assert.equal(episodes['open'], undefined);
    assert.ok(Number(episodes['ok']) >= 2, JSON.stringify(episodes));
    assert.equal(Number(at(report, 'trajectories', 'judged')), episodes['ok']);
  });

  it('can prove each of them', async () => {
    const audit = await stack.json('audit', 'first');

    assert.deepEqual(audit['findings'], []);
    assert.ok(Number(at(audit, 'episodes', 'calls')) > 0);
    assert.equal(at(audit, 'episodes', 'judged'), at(report, 'trajectories', 'judged'));
  });

  it('costs nothing when the same work is done again, not even a server', async () => {
    const again = await stack.json('run', config('again.yaml', { recordings: 'only' }), '--run', 'again');

    assert.equal(again['status'], 'completed');
    assert.deepEqual(at(again, 'counts', 'episode'), at(report, 'counts', 'episode'));
    assert.equal(at(again, 'spend', 'calls'), 0);
  });

  it('is exported the same from both, in rows that are legal conversations', async () => {
    const formats = exportFormats.filter(isEpisodeFormat);
    const digests: unknown[] = [];
    for (const run of ['first', 'again']) {
      const { files } = await stack.json('export', run, '--to', join(stack.home, run), '--format', formats.join(','));
      digests.push(formats.map((_, index) => [at(files, index, 'sha256'), at(files, index, 'rows')]));
    }
    assert.deepEqual(digests[1], digests[0]);

    for (const format of ['trajectories', 'sft-messages', 'astra-sft'] as const) {
      const lines = readFileSync(join(stack.home, 'first', exportFiles[format]), 'utf8')
        .trim()
        .split('\n');
      assert.ok(lines.length > 0 && lines[0] !== '', format);
      for (const [index, line] of lines.entries()) {
        const read = readTrajectory(JSON.parse(line), index + 1);
        assert.ok(read.ok, `${format} ${index + 1}: ${read.ok ? '' : read.detail}`);
      }
    }
  });
});
