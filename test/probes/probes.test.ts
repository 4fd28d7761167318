import assert from 'node:assert/strict';
import { decomposition, type Judged, twoNodes, verify } from './rows.ts';

const accepted = (id: string): Judged => ({ id, accepted: true, broken: [] });
const rejected = (id: string, rule: string): Judged => ({ id, accepted: false, broken: [rule] });

describe('what the original lets through, in decompositions', () => {
  it('probe 15: an empty answer is rejected when it is decomposed', async () => {
    const rows = [decomposition('whole', { answer: '' }), decomposition('part', { nodes: twoNodes([1], '  ') })];

    assert.deepEqual(await verify('decompositions', rows), [
      rejected('whole', 'empty_answer'),
      rejected('part', 'empty_answer'),
    ]);
  });

  it('a question of megabytes costs its own row alone', async () => {
    const rows = [decomposition('long', { question: 'x'.repeat(10_000_000) }), decomposition('next')];

    assert.deepEqual(await verify('decompositions', rows), [rejected('long', 'question_too_long'), accepted('next')]);
  });

  it('probe 16: a numeric sub-answer is typed and harms nobody', async () => {
    const rows = [decomposition('number', { answer: 25, nodes: twoNodes([1], 25) }), decomposition('next')];

    assert.deepEqual(await verify('decompositions', rows), [accepted('number'), accepted('next')]);
  });

  it('probe 20: string ids and integer references mean the same node', async () => {
    const nodes = (dependencies: readonly (string | number)[]): object[] => [
      { id: '10', sub_question: 'Which capital is it?', answer: 'Oslo', dependencies: [] },
      { id: '20', sub_question: 'How many people live in Oslo?', answer: 42, dependencies },
    ];
    const rows = [
      decomposition('mixed', { nodes: nodes([10]) as never }),
      decomposition('dangling', { nodes: nodes(['30']) as never }),
    ];

    assert.deepEqual(await verify('decompositions', rows), [
      accepted('mixed'),
      rejected('dangling', 'unknown_reference'),
    ]);
  });

  it('probe 21: references to 0, to 99, to itself and in a circle are rejected by name', async () => {
    const circle = [
      { id: 1, sub_question: 'Which capital is it?', answer: 'Oslo', dependencies: [2] },
      { id: 2, sub_question: 'How many people live in Oslo?', answer: 42, dependencies: [1] },
    ];
    const rows = [
      decomposition('zero', { nodes: twoNodes([0]) }),
      decomposition('ninety-nine', { nodes: twoNodes([99]) }),
      decomposition('self', { nodes: twoNodes([2]) }),
      decomposition('circle', { nodes: circle }),
      decomposition('good'),
    ];

    assert.deepEqual(await verify('decompositions', rows), [
      rejected('zero', 'unknown_reference'),
      rejected('ninety-nine', 'unknown_reference'),
      rejected('self', 'self_reference'),
      rejected('circle', 'cycle'),
      accepted('good'),
    ]);
  });
});
