import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { astra } from '../cli/run-cli.ts';
import { decomposition, twoNodes } from '../probes/rows.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const circle: Json = [
  { id: 1, sub_question: 'Which capital is it?', answer: 'Oslo', dependencies: [2] },
  { id: 2, sub_question: 'How many people live in Oslo?', answer: 42, dependencies: [1] },
];
const textIds: Json = [
  { id: '1', sub_question: 'Which capital is it?', answer: 'Oslo', dependencies: [] },
  { id: '2', sub_question: 'How many people live in Oslo?', answer: 42, dependencies: ['1'] },
];

/** Lines of one file, and what has to become of each. */
const lines: readonly (readonly [line: Json, question: string, instance?: string])[] = [
  [decomposition('Aarhus'), 'ok', 'ok'],
  ['{"question": "cut off', 'rejected:line_invalid'],
  [{ note: 'another shape' }, 'rejected:row_invalid'],
  [decomposition('Bergen', { question: 'x'.repeat(10_000_000) }), 'rejected:row_invalid'],
  [decomposition('Aarhus'), 'rejected:duplicate'],
  [decomposition('Cork', { nodes: circle }), 'rejected:cycle', 'rejected:cycle'],
  [decomposition('Delft', { nodes: twoNodes([99]) }), 'rejected:unknown_reference', 'rejected:unknown_reference'],
  [decomposition('Essen', { answer: '' }), 'rejected:empty_answer', 'rejected:empty_answer'],
  [decomposition('Faro', { nodes: textIds }), 'ok', 'ok'],
  [
    decomposition('Ghent', { question: 'Сколько человек живёт в столице, которая дружит с Гентом?', language: 'en' }),
    'rejected:language_mismatch',
    'rejected:language_mismatch',
  ],
  [decomposition('Hull', { answer: 25, nodes: twoNodes([1], 25) }), 'ok', 'ok'],
];

const countsOf = (outcomes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

const withFile = (file: string, more: JsonObject = {}): JsonObject => ({
  environments: {
    sources: [{ mode: 'decomposition', file, ...more }],
    selection: { percentile: 0 },
    stopAfter: 'scores',
  },
});

describe('input that cannot be right', function () {
  this.timeout(120_000);
  let stack: EmbeddedStack;

  before(async () => {
    stack = embeddedStack('bad-input');
    await stack.up();
  });
  after(() => stack.remove());

  const fileOf = (name: string, content: string): string => {
    const path = join(stack.home, name);
    writeFileSync(path, content);
    return path;
  };

  it('costs only its own row, each with its rule, and the rest of the run goes on', async () => {
    const text = lines.map(([line]) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const config = withFile(fileOf('rows.jsonl', text), { skipInvalid: true });
    const report = await stack.json('run', stack.config('rows.yaml', config), '--run', 'rows');

    assert.equal(report['status'], 'completed', JSON.stringify(report['note']));
    assert.deepEqual(at(report, 'counts', 'question'), countsOf(lines.map(([, question]) => question)));
    assert.deepEqual(at(report, 'counts', 'instance'), countsOf(lines.flatMap(([, , instance]) => instance ?? [])));
  });

  for (const [title, content, message] of [
    ['a line that is no JSON', `${JSON.stringify(decomposition('Aarhus'))}\nnot JSON\n`, /line 2: not JSON/],
    ['an empty file', '', /the source has no rows/],
  ] as const) {
    it(`ends the run before its first call, with one message: ${title}`, async () => {
      const name = title.replaceAll(/[^a-z]+/g, '-');
      const config = stack.config(`${name}.yaml`, withFile(fileOf(`${name}.jsonl`, content)));
      await stack.teach({ forget: true });
      const { code, stderr } = await stack.astra('run', config, '--run', name);

      const report = await stack.json('status', name);
      assert.deepEqual([code, report['status']], [1, 'failed'], stderr);
      assert.match(String(report['note']), message);
      assert.match(String(report['note']), /environments\.sources\[0\]/);
      assert.equal((await stack.asked()).asked, 0);
    });
  }
});

describe('a configuration that cannot be right', () => {
  const wrong: readonly (readonly [title: string, config: string, message: RegExp])[] = [
    ['an unknown key', 'sed: 1\n', /config\.yaml:1:1: sed: got the unknown key "sed"; .*Did you mean "seed"\?/],
    ['a wrong type', 'seed: many\n', /config\.yaml:1:7: seed: got "many"; expected a (?:whole )?number/],
    [
      'a source that is not there',
      'environments: { sources: [{ mode: list, file: none.jsonl }] }',
      /sources\[0\]\.file: got .*none\.jsonl, which does not exist; expected a file\./,
    ],
  ];
  for (const [title, config, message] of wrong) {
    it(`ends with code 2 and says what to do: ${title}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'astra-bad-config-'));
      const file = join(folder, 'config.yaml');
      writeFileSync(file, config);
      const { code, stdout, stderr } = await astra('run', file);
      rmSync(folder, { recursive: true });

      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
