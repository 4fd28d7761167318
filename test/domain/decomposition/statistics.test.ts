import assert from 'node:assert/strict';
import { countEnvironment, countInstance, dataStatistics } from '../../../src/domain/decomposition/statistics.ts';
import { Environment } from '../../../src/domain/environment/schema.ts';
import { accepted, itemOf, sourceQuestion, threeNodes } from './examples.ts';

describe('data-set statistics', () => {
  const three = accepted(threeNodes);
  const one = accepted(itemOf([[1, []]]), sourceQuestion({ domain: 'banking', language: 'de' }));

  it('count languages, domains, shapes, depth, tools and parallel steps', () => {
    assert.deepEqual(
      dataStatistics([countInstance(three, [1, 2]), countInstance(three, [1, 2, 3]), countInstance(one)]),
      {
        instances: 3,
        subQuestions: 7,
        languages: [
          { name: 'en', count: 2, share: 2 / 3 },
          { name: 'de', count: 1, share: 1 / 3 },
        ],
        domains: [
          { name: 'shopping', count: 2, share: 2 / 3 },
          { name: 'banking', count: 1, share: 1 / 3 },
        ],
        scenarios: [
          { name: 'Parallel Multi-Hop', count: 2, share: 2 / 3 },
          { name: 'Single-Hop', count: 1, share: 1 / 3 },
        ],
        hops: { mean: 5 / 3, median: 2, min: 1, max: 2 },
        parallelShare: 4 / 7,
        toolShare: 5 / 6,
        meanToolCalls: 2.5,
      },
    );
  });

  it('say null, not 0, for what an empty set cannot tell', () => {
    const { hops, parallelShare, toolShare, meanToolCalls, languages } = dataStatistics([]);
    assert.deepEqual([hops, parallelShare, toolShare, meanToolCalls, languages], [null, null, null, null, []]);
  });

  it('order equal counts by name', () => {
    const names = dataStatistics([countInstance(three), countInstance(one)]).domains.map((share) => share.name);
    assert.deepEqual(names, ['banking', 'shopping']);
  });

  it('count the nodes of an environment that have a tool as its calls', () => {
    const tool = {
      id: 't',
      document: { name: 't', description: 'd', parameters: { type: 'object', properties: {} } },
      code: 'x',
      cases: [{ nodeId: 1, question: 'q', gold: one.answer, call: { name: 't', arguments: {} }, output: '1' }],
      proof: [],
      mergedFrom: [1],
    }; // prettier-ignore
    const environment = Environment.parse({
      schemaVersion: 1,
      id: 'e',
      instanceId: 'i',
      question: 'q',
      answer: one.answer,
      language: 'en',
      domain: 'd',
      scenario: 'Parallel Single-Hop',
      hops: 1,
      tools: [tool],
      replayHash: 'h',
      score: null,
      nodes: [1, 2].map((id) => ({
        id,
        subQuestion: 's',
        answer: one.answer,
        dependencies: [],
        tool: id === 1 ? 't' : null,
      })),
    }); // prettier-ignore
    assert.equal(countEnvironment(environment).toolCalls, 1);
  });
});
