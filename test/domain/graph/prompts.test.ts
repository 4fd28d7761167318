import assert from 'node:assert/strict';
import { chainPrompts } from '../../../src/domain/graph/prompts.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { poolServerOf, tool } from '../tool-pool/servers.ts';

const server = {
  ...poolServerOf('desk', [
    tool('find_case', ['name'], ['case_id']),
    tool('close_case', ['case_id']),
    tool('burn_case'),
  ]),
  reach: { kind: 'http', url: 'https://example.org/secret-path', headers: {} },
} as unknown as JsonObject; // parsed again by the prompt
const chain = { server: 'hash', tools: ['find_case', 'close_case'], order: [[0, 1]], walk: 0 };
const query = { reason: '', valid: true, query: 'Please close the case of Ada.' };
const facts: JsonObject = { server, chain, query };

const spec = (id: string) => {
  const found = chainPrompts.find((prompt) => prompt.id === `trajectory/${id}`);
  assert.ok(found);
  return found;
};
const rulesOf = (id: string, reply: Json, params: JsonObject = {}): string[] => {
  const checked = spec(id).check(reply, facts, params);
  return checked.ok ? [] : checked.problems.map(({ rule }) => rule);
};

describe('the prompts of chain building', () => {
  it('show no model how a server is reached, and the planner never the chain', () => {
    for (const prompt of chainPrompts) {
      const shown = JSON.stringify(prompt.inputs(facts, prompt.id.endsWith('proposal') ? { sample: 0, slice: 0 } : {}));
      assert.ok(!shown.includes('secret-path'), prompt.id);
    }
    assert.deepEqual(Object.keys(spec('query-chain').inputs(facts, {})), ['request', 'tools']);
  });

  it('refuse a request that names its tools, an empty one, and take a refusal to write one', () => {
    const told = (valid: boolean, text: string): string[] => rulesOf('chain-query', { reason: '', valid, query: text });

    assert.deepEqual(told(true, 'Use find_case for Ada.'), ['names_tool']);
    assert.deepEqual(told(true, ' '), ['schema_invalid']);
    assert.deepEqual(told(true, 'Find the case of Ada and close it.'), []);
    assert.deepEqual(told(false, ''), []);
  });

  it('refuse plans with tools that are not shown', () => {
    assert.deepEqual(rulesOf('query-chain', { plan: '', chain: ['find_case', 'ghost'] }), ['unknown_tool']);
    assert.deepEqual(rulesOf('query-chain', { plan: '', chain: [] }), ['schema_invalid']);
  });

  it('refuse votes that are no boolean, and valid ones without their texts', () => {
    const vote = (is_valid: Json, text: string): string[] =>
      rulesOf('chain-vote', { reason: '', is_valid, task_description: text, user_query: text, task_plan: text });

    // The original takes the text "false" for a yes.
    assert.deepEqual(vote('false', 'x'), ['schema_invalid']);
    assert.deepEqual(vote(true, ''), ['schema_invalid']);
    assert.deepEqual(vote(false, ''), []);
  });

  it('tell the workflow what a dependency reply comes to', () => {
    const source = { source: 'step', from_step: 1, field: 'case_id' };
    const steps = (given: object): Json => [
      { step: 1, arguments: [{ name: 'name', source: 'user', from_step: null, field: null }], needs: [] },
      { step: 2, arguments: [{ name: 'case_id', ...given }], needs: [] },
    ];
    const summary = (given: object): Json | undefined => {
      const checked = spec('chain-dependency').check({ reason: '', steps: steps(given) }, facts, {});
      return checked.ok ? checked.summary['valid'] : undefined;
    };

    assert.equal(summary(source), true);
    assert.equal(summary({ source: 'unknown', from_step: null, field: null }), false);
    assert.deepEqual(rulesOf('chain-dependency', { reason: '', steps: steps({ ...source, field: 'iban' }) }), [
      'dependency_form',
    ]);
  });
});
