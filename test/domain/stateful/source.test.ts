import assert from 'node:assert/strict';
import type { Json } from '../../../src/domain/json.ts';
import { addCounts } from '../../../src/domain/run/outcome.ts';
import { RunConfig } from '../../../src/domain/run/schema.ts';
import { planScenarios } from '../../../src/domain/stateful/source.ts';

const source = { repeats: 1, language: 'en', licence: 'CC0-1.0', count: undefined };
const plan = (rows: readonly Json[], changes: object = {}) => planScenarios({ ...source, ...changes }, rows);

describe('planning scenarios', () => {
  it('reads texts and objects; other fields stay as provenance', () => {
    const { scenarios, problems } = plan([
      ' a kiosk ',
      { scenario: 'a pier', domain: 'travel', language: 'zh', row: 4 },
    ]);

    assert.deepEqual(problems, []);
    assert.deepEqual(
      scenarios.map(({ scenario }) => scenario),
      [
        { scenario: 'a kiosk', domain: 'general', language: 'en', repeat: 0, provenance: {}, licence: 'CC0-1.0' },
        { scenario: 'a pier', domain: 'travel', language: 'zh', repeat: 0, provenance: { row: 4 }, licence: 'CC0-1.0' },
      ],
    );
  });

  it('keeps repeats apart and equal rows together', () => {
    const { scenarios, problems } = plan(['a', 'a', 'b'], { repeats: 2 });

    assert.deepEqual(
      scenarios.map(({ row, scenario }) => [row, scenario.repeat]),
      [
        [1, 0],
        [3, 0],
        [1, 1],
        [3, 1],
      ],
    );
    assert.equal(new Set(scenarios.map(({ id }) => id)).size, 4);
    assert.deepEqual(
      problems.map(({ row, rule }) => [row, rule]),
      [
        [2, 'duplicate_row'],
        [2, 'duplicate_row'],
      ],
    );
  });

  it('names bad rows once and an empty source', () => {
    assert.deepEqual(
      plan([{ text: 'no' }, 7, 'ok'], { repeats: 2 }).problems.map(({ row, detail }) => `${row} ${detail}`),
      ['1 expected a text or {"scenario": "…"}, got {"text":"no"}', '2 expected a text or {"scenario": "…"}, got 7'],
    );
    assert.deepEqual(
      plan([]).problems.map(({ rule }) => rule),
      ['empty_source'],
    );
  });
});

describe('a configuration with scenarios', () => {
  const parse = (stopAfter: string) =>
    RunConfig.safeParse({ environments: { sources: [{ mode: 'scenario', file: 'rows.jsonl' }], stopAfter } });

  it('cannot stop after scores, which scenarios do not have', () => {
    assert.equal(parse('environments').success, true);
    assert.deepEqual(
      parse('scores').error?.issues.map(({ path }) => path),
      [['environments', 'stopAfter']],
    );
  });

  it('counts the outcomes of both kinds of environments together', () => {
    assert.deepEqual(addCounts({ ok: 2, 'rejected:leak': 1 }, { ok: 3, open: 1 }), {
      ok: 5,
      'rejected:leak': 1,
      open: 1,
    });
  });
});
