import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { astra } from './run-cli.ts';

const row = (id: string, dependency: readonly number[] | null): object => ({
  uuid: id,
  main_question: `How high is tower ${id} and how long does a lift at 2 m/s take to its top?`,
  final_answer: '120 m, 60 s',
  decomposition_trace: [
    { _uuid: 1, sub_question: `How high is tower ${id}?`, dependency: null, sub_answer: '120 m' },
    { _uuid: 2, sub_question: 'How long does a lift at 2 m/s take for 120 m?', dependency, sub_answer: '60 s' },
  ],
});

describe('astra verify decompositions', () => {
  let file: string;
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-verify-'));
    file = join(folder, 'rows.jsonl');
    const rows = [row('A', [1]), row('B', [7]), row('A', [1]), row('C', null)];
    writeFileSync(file, rows.map((item) => JSON.stringify(item)).join('\n'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('gives one verdict per row, with what code computed', async () => {
    const { code, stdout } = await astra('verify', 'decompositions', file, '--json');

    const { rows, accepted, rejected } = JSON.parse(stdout);
    assert.equal(code, 1);
    assert.deepEqual([accepted, rejected], [2, 2]);
    assert.deepEqual(rows[0], {
      id: 'A',
      accepted: true,
      computed: { hops: 2, scenario: 'Multi-Hop', parallel: [] },
    });
    assert.deepEqual([rows[1].id, rows[1].accepted, rows[1].computed], ['B', false, null]);
    assert.equal(rows[2].rule, 'duplicate');
    assert.deepEqual(rows[3].computed, { hops: 1, scenario: 'Parallel Single-Hop', parallel: [1, 2] });
  });

  it('holds rows against the hop bounds of the command line', async () => {
    const { stdout } = await astra('verify', 'decompositions', file, '--json', '--min-hops', '2');

    assert.equal(JSON.parse(stdout).rows[3].rule, 'hops_out_of_range');
  });
});
