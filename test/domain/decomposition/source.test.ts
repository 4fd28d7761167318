import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SourceQuestion } from '../../../src/domain/decomposition/schema.ts';
import type { PlannedSource } from '../../../src/domain/decomposition/source.ts';
import { isQuestionSource, planSource, questionId } from '../../../src/domain/decomposition/source.ts';
import type { Json } from '../../../src/domain/json.ts';
import { Source } from '../../../src/domain/run/schema.ts';
import { sourceQuestion, threeNodes } from './examples.ts';

function plan(source: object, rows: readonly Json[] = [], seed = 'seed'): PlannedSource {
  const file = 'domain' in source ? {} : { file: 'rows.jsonl' };
  const parsed = Source.parse({ ...file, ...source });
  assert.ok(isQuestionSource(parsed));
  return planSource(parsed, rows, seed);
}

const taxonomy = {
  travel: {
    rail: { description: 'Train tickets', examples: [{ query: 'Which train?' }, 'Which seat?'], weight: 2 },
    air: { description: 'Flights' },
  },
};

describe('planning a source', () => {
  it('makes one question per repeat of a bare domain, each its own unit of work (probe 27)', () => {
    const { questions, problems } = plan({ mode: 'domain', domain: 'banking', repeats: 2, hops: { min: 2, max: 3 } });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      questions.map((planned) => planned.question),
      [0, 1].map((repeat) => ({
        mode: 'domain',
        domain: 'banking',
        language: 'en',
        hops: { min: 2, max: 3 },
        repeat,
        provenance: {},
      })),
    );
    assert.equal(new Set(questions.map((planned) => planned.id)).size, 2);
  });

  it('reads domain names as texts and as objects, in file order within each repeat', () => {
    const { questions } = plan({ mode: 'list', repeats: 2, language: 'de' }, [
      'a',
      { domain: 'b', language: 'zh', rank: 3 },
    ]);
    assert.deepEqual(
      questions.map(({ row, question }) => [row, question.domain, question.language, question.repeat]),
      [
        [1, 'a', 'de', 0],
        [2, 'b', 'zh', 0],
        [1, 'a', 'de', 1],
        [2, 'b', 'zh', 1],
      ],
    );
    assert.deepEqual(questions[1]?.question.provenance, { rank: 3 });
  });

  it('reads both shapes of a corpus row', () => {
    const { questions, problems } = plan({ mode: 'corpus', licence: 'CC0' }, [
      { domain: 'bank', knowledge_corpus: 'text', description: 'short' },
      { domain: 'bank', description: 'text only', licence: 'MIT' },
      { domain: 'bank', knowledge_corpus: ' ' },
    ]);
    assert.deepEqual(
      questions.map(({ question }) => [question.corpus, question.licence, question.provenance]),
      [
        ['text', 'CC0', { description: 'short' }],
        ['text only', 'MIT', {}],
      ],
    );
    assert.deepEqual(
      problems.map(({ row, rule }) => [row, rule]),
      [[3, 'row_invalid']],
    );
    assert.match(problems[0]?.detail ?? '', /expected \{"domain": .* for bare domain names use mode "list"/);
  });

  it('reads question rows with and without domain and answer, in the language of their script', () => {
    const { questions } = plan({ mode: 'question' }, [
      { question: 'How far is it?', answer: 25, category: 'travel' },
      { question: '从车站到酒店有多远？', domain: 'travel' },
    ]);
    assert.deepEqual(
      questions.map(({ question }) => [question.domain, question.language, question.answer, question.provenance]),
      [
        ['general', 'en', 25, { category: 'travel' }],
        ['travel', 'zh', undefined, {}],
      ],
    );
  });

  it('reads ready-made decompositions at any depth, and says what is wrong with others', () => {
    const row = { ...threeNodes, domain: 'books' } as Json;
    const { questions, problems } = plan({ mode: 'decomposition' }, [row, { nodes: [] }]);
    assert.deepEqual(questions[0]?.question.decomposition, row);
    assert.deepEqual([questions[0]?.question.domain, questions[0]?.question.hops], ['books', { min: 1, max: 1000 }]);
    assert.match(problems[0]?.detail ?? '', /got an object with "nodes" \(at question: /);
  });

  it('walks a taxonomy to its leaves, with the path joined and one seeded example', () => {
    const { questions } = plan({ mode: 'taxonomy', maskExample: 0 }, [taxonomy]);
    assert.deepEqual(
      questions.map(({ question }) => question.domain),
      ['travel-rail', 'travel-air'],
    );
    assert.deepEqual(questions[1]?.question.taxonomy, { path: ['travel', 'air'], description: 'Flights' });
    assert.deepEqual(questions[0]?.question.provenance, { weight: 2 });
    assert.match(questions[0]?.question.taxonomy?.example ?? '', /^Which (train|seat)\?$/);
    assert.deepEqual(plan({ mode: 'taxonomy', maskExample: 0 }, [taxonomy]).questions, questions);
  });

  it('draws another example for other seeds, and hides all of them when told to', () => {
    const examples = (maskExample: number): Set<string | undefined> =>
      new Set(
        Array.from({ length: 30 }, (_, seed) => plan({ mode: 'taxonomy', maskExample }, [taxonomy], String(seed))).map(
          ({ questions }) => questions[0]?.question.taxonomy?.example,
        ),
      );
    assert.deepEqual(examples(0), new Set(['Which train?', 'Which seat?']));
    assert.deepEqual(examples(1), new Set([undefined]));
    assert.equal(examples(0.5).size, 3);
  });

  it('names the path of a taxonomy branch that is no leaf, and keeps the others', () => {
    const { questions, problems } = plan({ mode: 'taxonomy' }, [
      { ...taxonomy, food: 5, art: { description: 'x', examples: 5 } },
      'x',
    ]);
    assert.equal(questions.length, 2);
    assert.deepEqual(
      problems.map(({ row, detail }) => `${row} ${detail.slice(0, 16)}`),
      ['1 at "food": expec', '1 at "art": expect', '2 at the top level'],
    ); // prettier-ignore
  });

  it('does not follow a taxonomy deeper than twenty levels', () => {
    let tree: Json = { description: 'leaf' };
    for (let level = 0; level < 25; level++) tree = { a: tree };
    assert.equal(plan({ mode: 'taxonomy' }, [tree]).problems.length, 1);
  });

  it('uses at most the asked number of rows, leaves counted one by one', () => {
    assert.equal(plan({ mode: 'list', count: 2 }, ['a', 'b', 'c']).questions.length, 2);
    assert.equal(plan({ mode: 'taxonomy', count: 1, repeats: 3 }, [taxonomy]).questions.length, 3);
  });

  it('reports a duplicate row once and plans it once', () => {
    const { questions, problems } = plan({ mode: 'list', repeats: 2 }, ['a', { domain: 'a', note: 1 }]);
    assert.equal(questions.length, 2);
    assert.deepEqual(problems, [
      {
        row: 2,
        rule: 'duplicate_row',
        detail: 'has the same content as row 1; use "repeats" to ask it more than once',
      },
    ]);
  });

  it('reports a bad row once however often it is repeated, with what would be right', () => {
    const { problems } = plan({ mode: 'list', repeats: 5 }, [5, [], {}, '']);
    assert.deepEqual(
      problems.map(({ row, detail }) => `${row}: ${detail.replace(/^expected .*, got /, '')}`),
      ['1: 5', '2: []', '3: an object with no fields', '4: ""'],
    ); // prettier-ignore
    assert.equal(plan({ mode: 'question' }, [{ q: 1 }]).problems[0]?.rule, 'row_invalid');
    assert.equal(plan({ mode: 'corpus' }, [{ q: 1 }]).problems[0]?.rule, 'row_invalid');
  });

  it('says that a source without rows is empty', () => {
    assert.deepEqual(plan({ mode: 'list' }).problems, [
      { row: 0, rule: 'empty_source', detail: 'the source has no rows: expected at least one' },
    ]);
  });

  it('derives ids from content alone', () => {
    const question = sourceQuestion();
    assert.equal(questionId({ ...question, provenance: { line: 4 }, licence: 'MIT' }), questionId(question));
    assert.notEqual(questionId({ ...question, repeat: 1 }), questionId(question));
  });

  it('never throws, and every planned question fits its schema', () => {
    const modes = fc.constantFrom('list', 'corpus', 'question', 'taxonomy', 'decomposition');
    const row = fc.oneof(
      fc.jsonValue(),
      fc.record({ domain: fc.string(), question: fc.string(), description: fc.string() }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(modes, fc.array(row, { maxLength: 4 }), (mode, rows) => {
        for (const { question } of plan({ mode }, rows as Json[]).questions) SourceQuestion.parse(question);
      }),
    );
  });
});
