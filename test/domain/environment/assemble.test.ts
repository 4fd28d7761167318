import assert from 'node:assert/strict';
import { assembleEnvironment, environmentId, keptNodes, keptTools } from '../../../src/domain/environment/assemble.ts';
import { readEnvironment } from '../../../src/domain/environment/import.ts';
import { Environment } from '../../../src/domain/environment/schema.ts';
import { astraEnvironmentRow, callStatement } from '../../../src/domain/export/astra-environment-row.ts';
import { cities, difference, proven } from '../../support/proven-tools.ts';

const tools = [difference, proven(1, { city: 'Paris' }), proven(2, { city: 'Lyon' })];

describe('an environment', () => {
  it('keeps all nodes when none is dropped', () => {
    const kept = keptNodes(cities, []);
    assert.deepEqual(kept.ok && kept.nodes.map((node) => node.id), [1, 2, 3]);
  });

  it('is refused when a dropped node takes the final answer with it (probe 23)', () => {
    assert.deepEqual(keptNodes(cities, [1]), {
      ok: false,
      detail: 'without the nodes 1, 3 nothing gives the final answer',
    });
  });

  it('loses a dropped node with everything that rests on it when the final answer keeps its node', () => {
    const longer = { ...cities, answer: cities.nodes[0]?.answer ?? cities.answer };
    const kept = keptNodes(longer, [2]);
    assert.deepEqual(kept.ok && kept.nodes.map((node) => node.id), [1]);
    assert.deepEqual(
      keptTools(tools, kept.ok ? kept.nodes : []).map((tool) => tool.cases.map((one) => one.nodeId)),
      [[1]],
    );
  });

  it('needs every final node when none has the final answer', () => {
    const summed = { ...cities, answer: { text: 'a summary', type: 'phrase' as const, value: 'a summary' } };
    assert.equal(keptNodes(summed, [3]).ok, false);
    assert.equal(keptNodes(summed, []).ok, true);
  });

  it('has content-derived ids and a shape of its own after nodes left', () => {
    const [, paris] = tools;
    assert.ok(paris);
    const environment = assembleEnvironment(cities, { nodes: cities.nodes.slice(0, 1), tools: [paris], score: 0.9 });
    assert.equal(environment.id, environmentId(environment));
    assert.equal(environment.hops, 1);
    assert.equal(environment.scenario, 'Single-Hop');
    assert.equal(environment.licence, 'CC0-1.0');
    assert.equal(environment.sourceId, 'row-7');
    assert.deepEqual(Environment.parse(environment), environment);
    const other = assembleEnvironment(cities, {
      nodes: cities.nodes.slice(0, 1),
      tools: [{ ...paris, code: 'x = 1' }],
      score: 0.9,
    });
    assert.notEqual(other.id, environment.id);
  });

  it('is written in the shape of ASTRA and read back with its calls', () => {
    const ordered = keptTools(tools, cities.nodes);
    const environment = assembleEnvironment(cities, { nodes: cities.nodes, tools: ordered, score: null });
    const read = readEnvironment(astraEnvironmentRow(environment), 1);
    assert.ok(read.ok);
    assert.equal(read.environment.shape, 'env_result');
    assert.equal(read.environment.sourceId, environment.id);
    assert.deepEqual(read.environment.problems, []);
    assert.deepEqual(
      read.environment.tools.map((tool) => [tool.place, tool.answer, tool.call]),
      [
        ['node 1', '2102650', { statement: 'lookup_population(city="Paris")' }],
        ['node 2', '522250', { statement: 'lookup_population(city="Lyon")' }],
        ['node 3', '1580400', { statement: 'subtract(first=2102650, second=522250)' }],
      ],
    );
  });

  it('writes calls as Python reads them', () => {
    const call = { name: 'f', arguments: { b: [true, null, -1.5], a: 'say "x"\n', c: { k: false } } };
    assert.equal(callStatement(call), 'f(a="say \\"x\\"\\n", b=[True, None, -1.5], c={"k": False})');
  });
});

describe('a row from elsewhere', () => {
  it('that fits no shape is named as such', () => {
    assert.deepEqual(readEnvironment({ rows: [] }, 3), {
      ok: false,
      detail:
        'at the top level: is no environment: expected "nodes" (candidate), "replayHash" (ours), "env_result" (ASTRA) or "tool_schema" (ASTRA-RL)',
    });
  });

  it('says where a column is no JSON', () => {
    const row = { prompt: [{ role: 'user', content: 'q' }], tool_schema: '[', tool_dict: '{}', sub_qa_dict: '{}' };
    assert.deepEqual(readEnvironment(row, 1), { ok: false, detail: 'at tool_schema: is a string that is no JSON' });
  });

  it('with a needed node that has no tool is no whole environment (probe 23)', () => {
    const row = astraEnvironmentRow(assembleEnvironment(cities, { nodes: cities.nodes, tools, score: null }));
    const broken = { ...row, env_result: { '1': null, '2': null, '3': null } };
    const read = readEnvironment(broken, 1);
    assert.ok(read.ok);
    assert.deepEqual(
      read.environment.problems.map((problem) => problem.rule),
      ['node_failed', 'node_failed', 'node_failed', 'tools'],
    );
  });
});
