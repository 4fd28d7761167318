import assert from 'node:assert/strict';
import { buildGraph, joinProposals } from '../../../src/domain/graph/build-graph.ts';
import { readGivenChains, readProposals } from '../../../src/domain/graph/proposals.ts';
import { tool } from '../tool-pool/servers.ts';

const known = new Set(['a', 'b', 'c']);
const tools = [tool('a'), tool('b'), tool('c')];
const yes = (...names: string[]): object => ({ verdict: 'yes', tools: names, task: 'Something.' });

describe('the proposals of a reply', () => {
  const read = (...chains: unknown[]) => readProposals({ chains }, { origin: { sample: 1, slice: 0 }, known });

  it('are taken one by one: a bad one costs no other', () => {
    const { accepted, refused } = read(
      'a, b',
      yes('a', 'b'),
      { verdict: 'maybe', tools: ['a', 'b'], task: '' },
      yes('b', 'c'),
    );

    assert.deepEqual(
      accepted.map((proposal) => proposal.tools.join()),
      ['a,b', 'b,c'],
    );
    assert.deepEqual(
      accepted.map(({ origin }) => origin.chain),
      [1, 3],
    );
    assert.deepEqual(
      refused.map(({ rule }) => rule),
      ['not_a_chain', 'not_a_chain'],
    );
  });

  it('are refused as a whole for an unknown tool: its neighbours are never joined', () => {
    const proposals = read(yes('a', 'ghost', 'c'));

    assert.deepEqual(
      proposals.refused.map(({ rule }) => rule),
      ['unknown_tool'],
    );
    assert.deepEqual(buildGraph(tools, proposals).edges, []);
  });

  it('are refused by name when they are too short, repeat a step or say no', () => {
    const { refused } = read(yes('a'), yes('a', 'a'), { verdict: 'no', tools: ['a', 'b'], task: '' });

    assert.deepEqual(
      refused.map(({ rule }) => rule),
      ['too_short', 'repeats_itself', 'said_no'],
    );
  });
});

describe('the graph', () => {
  it('weighs an edge by the chains in which one tool follows the other, each chain once', () => {
    const first = readGivenChains(
      [
        ['a', 'b'],
        ['a', 'b', 'a', 'b'],
        ['b', 'c'],
      ],
      known,
    );
    const graph = buildGraph(tools, first);

    assert.deepEqual(
      graph.edges.map(({ from, to, weight }) => [from, to, weight]),
      [
        ['a', 'b', 2],
        ['b', 'a', 1],
        ['b', 'c', 1],
      ],
    );
    assert.deepEqual(
      graph.edges[0]?.proposals.map(({ chain }) => chain),
      [0, 1],
    );
    assert.deepEqual(graph.cycles, [['a', 'b']]);
  });

  it('keeps what was not sure with weight 0, apart from what was', () => {
    const unsure = { verdict: 'not_sure', tools: ['a', 'b'], task: '' };
    const parts = [0, 1].map((sample) => readProposals({ chains: [unsure] }, { origin: { sample, slice: 0 }, known }));

    const [edge] = buildGraph(tools, joinProposals(parts)).edges;

    assert.deepEqual([edge?.weight, edge?.proposals.length, edge?.unsure.length], [0, 0, 2]);
  });

  it('keeps tools that nothing joins', () => {
    assert.deepEqual(buildGraph(tools, joinProposals([])), {
      tools: ['a', 'b', 'c'],
      edges: [],
      cycles: [],
      refused: [],
    });
  });

  it('names the fields of a declared result that fit a parameter', () => {
    const made = tool('create_task', ['title'], ['id', 'due_date', 'title']);
    const served = [made, tool('finish_task', ['task_id', 'due_date']), tool('rename', ['title', 'id'])];
    const names = new Set(served.map(({ name }) => name));

    const graph = buildGraph(
      served,
      readGivenChains(
        [
          ['create_task', 'finish_task'],
          ['create_task', 'rename'],
        ],
        names,
      ),
    );

    assert.deepEqual(graph.edges[0]?.evidence, [
      { field: 'id', parameter: 'task_id', kind: 'entity' },
      { field: 'due_date', parameter: 'due_date', kind: 'exact' },
    ]);
    // "id" and "title" alone are in every schema.
    assert.deepEqual(graph.edges[1]?.evidence, []);
  });

  it('takes no evidence from fields of another type', () => {
    const counts = {
      ...tool('count', [], []),
      output: { type: 'object', properties: { amount: { type: 'integer' } } },
    };
    const served = [counts, tool('pay', ['amount'])];

    const graph = buildGraph(served, readGivenChains([['count', 'pay']], new Set(['count', 'pay'])));

    assert.deepEqual(graph.edges[0]?.evidence, []);
  });
});
