import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildGraph } from '../../../src/domain/graph/build-graph.ts';
import { readGivenChains } from '../../../src/domain/graph/proposals.ts';
import { sampleChains, type WalkOptions } from '../../../src/domain/graph/sample-chains.ts';
import type { ToolGraph } from '../../../src/domain/graph/schema.ts';
import { tool } from '../tool-pool/servers.ts';

const options: WalkOptions = {
  walks: 40,
  minLength: 2,
  maxLength: 5,
  perServer: 100,
  perLength: 100,
  allowCycles: false,
  coverage: 1,
};
const letters = ['a', 'b', 'c', 'd', 'e', 'f'];

function graphOf(...chains: string[]): ToolGraph {
  const split = chains.map((chain) => chain.split(''));
  return buildGraph(
    letters.map((name) => tool(name)),
    readGivenChains(split, new Set(letters)),
  );
}
const chainsOf = (graph: ToolGraph, more: Partial<WalkOptions> = {}, seed = 's'): string[] =>
  sampleChains(graph, { ...options, ...more }, seed).chains.map(({ tools }) => tools.join(''));

describe('sampled chains', () => {
  it('walk edges only, visit no tool twice and keep the bounds', () => {
    const chain = fc.array(fc.constantFrom(...letters), { minLength: 2, maxLength: 6 }).map((names) => names.join(''));
    fc.assert(
      fc.property(fc.array(chain, { maxLength: 8 }), fc.string(), (given, seed) => {
        const graph = graphOf(...given);
        const edges = new Set(graph.edges.map(({ from, to }) => from + to));
        for (const walked of chainsOf(graph, {}, seed)) {
          assert.ok(walked.length >= 2 && walked.length <= 5);
          assert.equal(new Set(walked).size, walked.length);
          for (let at = 1; at < walked.length; at++) assert.ok(edges.has(walked.slice(at - 1, at + 1)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('are no longer than two tools over a two-way street', () => {
    const chains = chainsOf(graphOf('aba'));

    // With edges both ways the graph orders nothing: ab and ba are one chain.
    assert.equal(chains.length, 1);
    assert.ok(chains.every((chain) => chain.length === 2));
  });

  it('are none where all edges are of doubt or none is there', () => {
    const unsure = { ...graphOf('ab'), edges: graphOf('ab').edges.map((edge) => ({ ...edge, weight: 0 })) };

    assert.deepEqual(chainsOf(unsure), []);
    assert.deepEqual(chainsOf(graphOf()), []);
  });

  it('are the same for the same seed, and others for another', () => {
    const graph = graphOf('abcdef', 'acebdf', 'fbda', 'eca');

    assert.deepEqual(chainsOf(graph, { walks: 5 }), chainsOf(graph, { walks: 5 }));
    assert.notDeepEqual(chainsOf(graph, { walks: 5 }), chainsOf(graph, { walks: 5 }, 'other'));
  });

  it('start and go on in proportion to the weights', () => {
    const graph = graphOf(...Array.from({ length: 9 }, () => 'ab'), 'cd');
    const starts = { ab: 0, cd: 0 };
    for (let seed = 0; seed < 400; seed++) {
      const [first] = chainsOf(graph, { walks: 1, coverage: 0 }, `${seed}`);
      starts[first as keyof typeof starts] += 1;
    }

    // 360 of 400 expected; four standard deviations are 24.
    assert.ok(starts.ab > 336 && starts.ab < 384, JSON.stringify(starts));
  });

  it('count permutations of steps without a dependency once', () => {
    // b and c are proposed in both orders, so neither needs the other.
    const chains = sampleChains(graphOf('abcd', 'acbd'), { ...options, minLength: 4, maxLength: 4 }, 's').chains;

    assert.equal(chains.length, 1);
    assert.deepEqual(chains[0]?.order, [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ]);
  });

  it('keep the caps, and say what they refused', () => {
    const graph = graphOf('abcdef', 'acebdf', 'fbda', 'eca', 'dfe');
    const { chains, report } = sampleChains(graph, { ...options, perServer: 4, perLength: 2, coverage: 0 }, 's');

    assert.equal(chains.length, 4);
    for (const length of [2, 3, 4, 5]) assert.ok(chains.filter(({ tools }) => tools.length === length).length <= 2);
    assert.ok(report.capped > 0);
    assert.equal(report.walks, report.short + report.repeated + report.capped + chains.length);
  });

  it('reach every edge when the caps allow it', () => {
    const graph = graphOf(...Array.from({ length: 50 }, () => 'ab'), 'cd', 'ef');
    const lazy = { walks: 1, maxLength: 2, coverage: 0 };

    assert.equal(sampleChains(graph, { ...options, ...lazy }, 's').report.covered, 1);
    assert.deepEqual(chainsOf(graph, { ...lazy, coverage: 1 }), ['ab', 'cd', 'ef']);
  });
});
