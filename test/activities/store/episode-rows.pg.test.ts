import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import type { Pool } from 'pg';
import { exportRun } from '../../../src/activities/store/export.ts';
import { query } from '../../../src/activities/store/pool.ts';
import { selectTrajectories } from '../../../src/activities/store/select-trajectories.ts';
import { selectedConversations } from '../../../src/activities/store/selected-conversations.ts';
import { loadRunView } from '../../../src/activities/store/status.ts';
import { madeUpEpisode } from '../../domain/episode/made-up-episode.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { judgedRun, type MadeUpEpisode, rowsOf } from './made-up-episodes.ts';
import { run } from './store-fixture.ts';

const formats = [
  'sft-messages',
  'verl-sft',
  'sharegpt',
  'astra-sft',
  'trajectories',
  'atif',
  'traces',
  'tasks',
  'recordings',
] as const;

/** A conversation about another file: neither its question nor its call is the same. */
function about(id: string, overall: number | null, more: Partial<MadeUpEpisode> = {}): MadeUpEpisode {
  const plain = madeUpEpisode();
  const question = `Tell me about ${id}, please`;
  const messages = plain.messages.map((one) => (one.role === 'user' ? { ...one, content: question } : one));
  return { id, overall, changes: { plan: { ...plain.plan, question }, messages }, ...more };
}

describe('conversations of a run as files', function () {
  this.timeout(60_000);
  let pool: Pool | undefined;
  afterEach(async () => pool?.end());

  it('selects them once and again the same, and notes with each other one what left it out', async () => {
    const file = join(temporaryFolder(), 'bench.jsonl.gz');
    await writeFile(file, gzipSync('{"id": 1}\n{"question": [["tell me about EPISODE-3 please!"]]}\n'));
    const episodes = [
      about('episode-1', 0.9),
      about('episode-2', 0.7),
      about('episode-3', 1),
      about('episode-4', null),
    ];
    pool = await judgedRun(episodes, { contamination: [file] });

    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await selectTrajectories(pool, { runId: run }), { judged: 3, selected: 1 });
      const rows: unknown[] = await query(
        pool,
        "select id, selected, left_out, left_out_detail as detail from item where kind = 'episode' order by ordinal",
      );
      assert.deepEqual(rows, [
        { id: 'episode-1', selected: true, left_out: '', detail: '' },
        { id: 'episode-2', selected: false, left_out: 'low_overall', detail: '0.7 is below 0.8' },
        {
          id: 'episode-3',
          selected: false,
          left_out: 'contaminated',
          detail: 'bench.jsonl.gz line 2: "tell me about episode 3 please"',
        },
        { id: 'episode-4', selected: false, left_out: '', detail: '' },
      ]);
    }
  });

  it('shows the selection with the run', async () => {
    pool = await judgedRun([about('episode-1', 0.9), about('episode-2', 0.7), about('episode-4', null)]);
    await selectTrajectories(pool, { runId: run });
    const { histogram, ...counts } = (await loadRunView(pool, run)).trajectories ?? { histogram: [] };
    assert.deepEqual(counts, { judged: 2, selected: 1, leftOut: { low_overall: 1 }, agreement: null });
    assert.deepEqual(histogram.at(8), { from: 0.8, count: 0, above: 0.5 });
  });

  it('refuses to select when a file of the check cannot be read to its end', async () => {
    const file = join(temporaryFolder(), 'bench.jsonl');
    await writeFile(file, '{"question": "a"}\n{"question": \n');
    pool = await judgedRun([about('episode-1', 0.9)], { contamination: [file] });
    await assert.rejects(selectTrajectories(pool, { runId: run }), {
      type: 'Config.Invalid',
      message: /^selection\.contamination: .*bench\.jsonl cannot be read: line 2: not JSON/,
    });
  });

  it('writes each shape with its companion; parquet reads back as it was written', async () => {
    const episodes = [
      about('episode-1', 0.9),
      about('episode-2', 0.7),
      about('episode-3', 1),
      about('episode-4', null),
    ];
    pool = await judgedRun(episodes);
    await selectTrajectories(pool, { runId: run });
    const to = temporaryFolder();
    const files = await exportRun(pool, run, { to, formats });

    assert.deepEqual(
      files.map(({ path, rows }) => `${basename(path)} ${rows}`),
      [
        'sft-messages.jsonl 2',
        'verl-sft.parquet 2',
        'sharegpt.jsonl 2',
        'astra-sft.jsonl 2',
        'trajectories.jsonl 4',
        'atif.jsonl 4',
        'traces.jsonl 4',
        'tasks.jsonl 1',
        'recordings.jsonl 0',
        'verl_sft_dataset.py 1',
        'dataset_info.json 1',
      ],
    );
    const messages = rowsOf(join(to, 'sft-messages.jsonl'));
    const parquet = await readFile(join(to, 'verl-sft.parquet'));
    const back = await parquetReadObjects({ file: Uint8Array.from(parquet).buffer });
    assert.deepEqual(
      back.map((row) => JSON.parse(row['tools'])),
      messages.map((row) => row['tools']),
    );
    assert.deepEqual(
      back.map((row) => JSON.parse(row['meta'])),
      messages.map((row) => row['meta']),
    );
    assert.deepEqual(JSON.parse(back[0]?.['messages']), episodes[0]?.changes?.messages);
    assert.deepEqual(Object.keys(back[0] ?? {}), ['messages', 'tools', 'enable_thinking', 'meta']);
    assert.deepEqual(
      rowsOf(join(to, 'trajectories.jsonl')).map((row) => [
        row['id'],
        row['outcome'],
        row['left_out'],
        row['selected'],
      ]),
      [
        ['episode-1', 'ok', null, true],
        ['episode-2', 'ok', 'low_overall', false],
        ['episode-3', 'ok', null, true],
        ['episode-4', 'quarantined:trajectory/judge-query', null, false],
      ],
    );
    assert.deepEqual(JSON.stringify(await selectedConversations(pool, run)).length, JSON.stringify(messages).length);
  });

  it('tells in the card what every rule let through, how scores lie, what was checked and who answered', async () => {
    const file = join(temporaryFolder(), 'bench.jsonl');
    await writeFile(file, '{"question": "tell me about episode-3, please"}\n');
    const episodes = [
      about('episode-1', 0.9),
      about('episode-2', 0.72),
      about('episode-3', 1),
      about('episode-4', null),
    ];
    pool = await judgedRun(episodes, { contamination: [file] });
    await selectTrajectories(pool, { runId: run });
    const to = temporaryFolder();
    await exportRun(pool, run, { to, formats: ['sft-messages', 'card'], standIn: true });
    const card = await readFile(join(to, 'README.md'), 'utf8');
    for (const part of [
      'license: "MIT"',
      '# Judged conversations with tools\n\n**No language model stands behind this data.**',
      '| sft-messages | sft-messages.jsonl |',
      '1 conversations of an assistant with tools',
      'selected out of 4 judged ones',
      '| tool calls per conversation | 1.00 |',
      '| agent | agent-model 100.0 % (1) |',
      '| ok | 3 | 75.0 % |\n| quarantined:trajectory/judge-query | 1 | 25.0 % |',
      '| low_overall | 1 | 25.0 % |\n| contaminated | 1 | 25.0 % |\n| selected | 1 | 25.0 % |',
      '| 0.7 | 1 | 100.0 % |\n| 0.8 | 0 | 66.7 % |\n| 0.9 | 2 | 66.7 % |',
      'No conversation was judged twice.',
      'were held against bench.jsonl: thirteen words in a row, or a whole shorter text. 1 of them matched',
      'Sources: tool servers of servers.jsonl (licence: not stated).',
    ])
      assert.ok(card.includes(part), `${part}\n---\n${card}`);
    assert.ok(!card.includes('questions, each with tools'));
  });

  it('with refused turns masked leaves out of other shapes what they cannot say', async () => {
    pool = await judgedRun([about('episode-1', 0.9, { refused: ['call_1_1'] }), about('episode-2', 0.9)]);
    await selectTrajectories(pool, { runId: run });
    const counts = async (maskRefused: boolean): Promise<string[]> => {
      const order = {
        to: temporaryFolder(),
        formats: ['sft-messages', 'verl-sft', 'sharegpt', 'astra-sft'] as const,
        maskRefused,
      };
      const files = await exportRun(pool as Pool, run, order); // set above
      return files.slice(0, 4).map(({ rows, leftOut }) => `${rows} ${leftOut}`);
    };
    assert.deepEqual(await counts(false), ['2 0', '2 0', '2 0', '2 0']);
    assert.deepEqual(await counts(true), ['2 0', '1 1', '1 1', '1 1']);
  });
});
