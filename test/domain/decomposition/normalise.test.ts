import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ancestorsOf, dependantsOf, finalNodes, layersOf } from '../../../src/domain/decomposition/dag.ts';
import { duplicateKey, normaliseDecomposition } from '../../../src/domain/decomposition/normalise.ts';
import { Instance } from '../../../src/domain/decomposition/schema.ts';
import { questionId } from '../../../src/domain/decomposition/source.ts';
import type { Json } from '../../../src/domain/json.ts';
import { accepted, itemOf, rejectedBy, sourceQuestion, threeNodes } from './examples.ts';

describe('normalising a decomposition', () => {
  it('computes ids, levels, parallel steps and the scenario', () => {
    const instance = accepted(threeNodes);
    assert.deepEqual(Instance.parse(instance), instance);
    assert.deepEqual(
      instance.nodes.map(({ id, dependencies, hopLevel, isParallel }) => [id, dependencies, hopLevel, isParallel]),
      [
        [1, [], 1, true],
        [2, [], 1, true],
        [3, [1, 2], 2, false],
      ],
    );
    assert.deepEqual([instance.hops, instance.scenario], [2, 'Parallel Multi-Hop']);
    assert.deepEqual(instance.answer, { text: '56.70 EUR', type: 'number', value: 56.7, unit: 'EUR' });
    assert.deepEqual(instance.source, {
      mode: 'domain',
      questionId: questionId(sourceQuestion()),
      provenance: {},
    });
  });

  it('names the four shapes', () => {
    const shapes = [
      itemOf([[1, []]]),
      itemOf([
        [1, []],
        [2, []],
      ]),
      itemOf([
        [1, []],
        [2, [1]],
      ]),
      itemOf([
        [1, []],
        [2, [1]],
        [3, [1]],
      ]),
    ].map((item) => accepted(item).scenario); // prettier-ignore
    assert.deepEqual(shapes, ['Single-Hop', 'Parallel Single-Hop', 'Multi-Hop', 'Parallel Multi-Hop']);
  });

  it('gives equal content equal ids whatever else differs (probe 28)', () => {
    const first = accepted(threeNodes);
    assert.match(first.id, /^inst-[0-9a-f]{16}$/);
    assert.equal(accepted(threeNodes, sourceQuestion({ repeat: 7 })).id, first.id);
    assert.notEqual(accepted({ ...threeNodes, question: 'Another question of the same kind?' }).id, first.id);
  });

  it('rejects references to 0, 99, itself and in a cycle (probe 21)', () => {
    assert.equal(
      rejectedBy(
        itemOf([
          [1, []],
          [2, [0]],
        ]),
      ),
      'unknown_reference',
    );
    assert.equal(
      rejectedBy(
        itemOf([
          [1, []],
          [2, [99]],
        ]),
      ),
      'unknown_reference',
    );
    assert.equal(
      rejectedBy(
        itemOf([
          [1, []],
          [2, [2]],
        ]),
      ),
      'self_reference',
    );
    assert.equal(
      rejectedBy(
        itemOf([
          [1, [2]],
          [2, [1]],
        ]),
      ),
      'cycle',
    );
    assert.equal(
      rejectedBy(
        itemOf([
          [1, [2]],
          [2, []],
        ]),
      ),
      'forward_reference',
    );
  }); // prettier-ignore

  it('takes string ids and integer references for the same (probe 20)', () => {
    const instance = accepted(
      itemOf([
        ['1', []],
        [' 2 ', [1]],
        ['3', ['2', 2]],
      ]),
    ); // prettier-ignore
    assert.deepEqual(
      instance.nodes.map((node) => node.dependencies),
      [[], [1], [2]],
    );
  });

  it('reads ids or positions, whichever is possible, and rejects a row where both are and differ', () => {
    const edges = (nodes: Parameters<typeof itemOf>[0]) =>
      accepted(itemOf(nodes)).nodes.map((node) => node.dependencies);
    assert.deepEqual(
      edges([
        [10, []],
        [20, [10]],
        [30, [20]],
      ]),
      [[], [1], [2]],
    );
    assert.deepEqual(
      edges([
        [10, []],
        [20, [1]],
        [30, [2]],
      ]),
      [[], [1], [2]],
    );
    assert.deepEqual(
      edges([
        ['a', []],
        ['b', ['1']],
      ]),
      [[], [1]],
    );
    assert.deepEqual(
      edges([
        [0, []],
        [1, [0]],
        [2, [1]],
      ]),
      [[], [1], [2]],
    );
    assert.equal(
      rejectedBy(
        itemOf([
          [2, []],
          [3, []],
          [4, [2]],
        ]),
      ),
      'ambiguous_reference',
    );
    assert.equal(
      rejectedBy(
        itemOf([
          ['a', []],
          ['b', ['a', 1, '2x']],
        ]),
      ),
      'unknown_reference',
    );
    assert.equal(
      rejectedBy(
        itemOf([
          [1, []],
          ['1', []],
        ]),
      ),
      'duplicate_id',
    );
  }); // prettier-ignore

  it('rejects a depth outside the asked range', () => {
    assert.equal(rejectedBy(threeNodes, sourceQuestion({ hops: { min: 3, max: 5 } })), 'hops_out_of_range');
    assert.equal(rejectedBy(threeNodes, sourceQuestion({ hops: { min: 1, max: 1 } })), 'hops_out_of_range');
  });

  it('rejects empty answers and questions by name (probe 15), and types numeric ones (probe 16)', () => {
    const [first] = threeNodes.nodes;
    const node = (changes: object): unknown => ({ ...threeNodes, nodes: [{ ...first, ...changes }] });
    assert.equal(rejectedBy(node({ answer: ' ' })), 'empty_answer');
    assert.equal(rejectedBy({ ...threeNodes, answer: '' }), 'empty_answer');
    assert.equal(rejectedBy(node({ answer: 'x'.repeat(5000) })), 'answer_too_long');
    assert.equal(rejectedBy(node({ sub_question: ' ' })), 'empty_question');
    assert.equal(rejectedBy({ ...threeNodes, question: '' }), 'empty_question');
    assert.deepEqual(accepted(node({ answer: 25 })).nodes[0]?.answer, { text: '25', type: 'number', value: 25 });
  });

  it('rejects what has no known shape, and says where', () => {
    for (const item of [
      null,
      5,
      'text',
      [],
      {},
      { question: 'x', nodes: [] },
      { main_question: 'x' },
      { schemaVersion: 1 },
    ]) {
      assert.equal(rejectedBy(item), 'schema_invalid', JSON.stringify(item));
    }
    const result = normaliseDecomposition({ question: 'x', answer: 'y', nodes: [{ id: 1 }] }, sourceQuestion());
    assert.match(result.status === 'rejected' ? result.detail : '', /at nodes\.0\.sub_question: /);
    assert.match(JSON.stringify(normaliseDecomposition(5, sourceQuestion())), /expected an object .*, got 5/);
    assert.equal(rejectedBy(itemOf(Array.from({ length: 101 }, (_, index) => [index + 1, []]))), 'too_many_nodes');
  });

  it('records claims that differ from what it computes, and no others', () => {
    const claimed = {
      ...threeNodes,
      scenario: 'multi-hop',
      nodes: threeNodes.nodes.map((node, index) => ({ ...node, hop_level: index + 1, is_parallel: index < 2 })),
    };
    assert.deepEqual(accepted(claimed).differingClaims, { scenario: 'multi-hop', hop_level: { '2': 2, '3': 3 } });
    const right = { ...claimed, scenario: 'parallel multi-hop' };
    assert.deepEqual(accepted({ ...right, nodes: threeNodes.nodes }).differingClaims, {});
    const allSerial = threeNodes.nodes.map((node) => ({ ...node, is_parallel: false }));
    assert.deepEqual(accepted({ ...threeNodes, nodes: allSerial }).differingClaims, {
      is_parallel: { '1': false, '2': false },
    });
  });

  it('rejects a clearly other script and only flags a mixture', () => {
    const chinese = sourceQuestion({ language: 'zh' });
    assert.equal(rejectedBy(threeNodes, chinese), 'language_mismatch');
    const mixed = {
      ...threeNodes,
      question: '书店 Nordlicht Books Harbour Street The Salt Road',
      nodes: [{ id: 1, sub_question: '这本书的单价是多少？请告诉我', answer: '5元', dependencies: [] }],
    }; // prettier-ignore
    assert.deepEqual(accepted(mixed, chinese).differingClaims, { language: 'zh' });
  });

  it('lets the model change neither a given question nor its given answer', () => {
    const given = sourceQuestion({ mode: 'question', question: `${threeNodes.question} ` });
    assert.equal(accepted(threeNodes, given).question, threeNodes.question);
    assert.equal(rejectedBy(threeNodes, { ...given, question: 'How much is The Salt Road?' }), 'question_changed');
    assert.equal(accepted(threeNodes, { ...given, answer: 56.7 }).answer.value, 56.7);
    assert.equal(rejectedBy(threeNodes, { ...given, answer: '57 EUR' }), 'answer_changed');
    assert.equal(rejectedBy({ ...threeNodes, answer: undefined }, { ...given, answer: '57 EUR' }), 'answer_changed');
  });

  it('takes what the final nodes answer when a candidate environment names no answer, and records that', () => {
    const { answer: _, ...row } = itemOf([
      [1, []],
      [2, []],
    ]); // prettier-ignore
    const instance = accepted({ ...row, id: 'c-1', nodes: row.nodes.map((node) => ({ ...node, tool: null })) });
    assert.deepEqual(instance.answer.value, ['18.90 EUR', '28.90 EUR']);
    assert.deepEqual(instance.differingClaims, { answer: null });
    const { answer: __, ...single } = threeNodes;
    assert.equal(accepted(single).answer.text, '38.90 EUR');
  });

  it('has one key for rows that differ in case, spacing and punctuation, and another for other answers', () => {
    const key = duplicateKey(accepted(threeNodes));
    assert.equal(duplicateKey(accepted({ ...threeNodes, question: `  ${threeNodes.question.toUpperCase()}!!` })), key);
    assert.equal(duplicateKey(accepted(threeNodes, sourceQuestion({ language: 'fr', repeat: 2 }))), key);
    const [first, ...rest] = threeNodes.nodes;
    assert.notEqual(duplicateKey(accepted({ ...threeNodes, nodes: [{ ...first, answer: '19' }, ...rest] })), key);
  });

  it('accepts exactly the graphs whose references point back, and never throws', () => {
    const graph = fc.integer({ min: 1, max: 6 }).chain((count) =>
      fc.array(fc.uniqueArray(fc.integer({ min: -1, max: count + 1 }), { maxLength: 3 }), {
        minLength: count,
        maxLength: count,
      }),
    );
    fc.assert(
      fc.property(graph, (lists) => {
        const result = normaliseDecomposition(
          itemOf(lists.map((list, index) => [index + 1, list])) as Json,
          sourceQuestion({ hops: { min: 1, max: 99 } }),
        );
        const legal = lists.every((list, index) => list.every((id) => id >= 1 && id <= index));
        return (result.status === 'accepted') === legal;
      }),
    );
  });

  it('never throws, whatever JSON comes in', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => rejectedBy(value) === 'schema_invalid'));
  });
});

describe('the graph of sub-questions', () => {
  const nodes = [
    { id: 1, dependencies: [] },
    { id: 2, dependencies: [1] },
    { id: 3, dependencies: [1] },
    { id: 4, dependencies: [2, 3] },
    { id: 5, dependencies: [] },
  ];

  it('has layers, ancestors, dependants and final nodes', () => {
    assert.deepEqual(layersOf(nodes), [[1, 5], [2, 3], [4]]);
    assert.deepEqual(ancestorsOf(nodes, 4), [1, 2, 3]);
    assert.deepEqual(ancestorsOf(nodes, 99), []);
    assert.deepEqual(dependantsOf(nodes, 1), [2, 3, 4]);
    assert.deepEqual(finalNodes(nodes), [4, 5]);
  });
});
