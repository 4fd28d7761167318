import assert from 'node:assert/strict';
import type { Environment } from '../../../src/domain/environment/schema.ts';
import { astraRow, candidateRow, openAiToolsRow } from '../../../src/domain/export/environment-rows.ts';

const phrase = (text: string) => ({ text, type: 'phrase', value: text }) as const;
const document = {
  name: 'twin_city',
  description: 'Twin of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const;
const toolCase = (nodeId: number, city: string, gold: string) => ({
  nodeId,
  question: `Twin of ${city}?`,
  gold: phrase(gold),
  call: { name: 'twin_city', arguments: { city } },
  output: `"${gold}"`,
});

const environment: Environment = {
  schemaVersion: 1,
  id: 'environment-1',
  instanceId: 'inst-1',
  question: 'Which twins?',
  answer: phrase('Oslo and Rome'),
  language: 'en',
  domain: 'travel',
  scenario: 'Parallel Single-Hop',
  hops: 1,
  nodes: [
    { id: 1, subQuestion: 'Twin of Aarhus?', answer: phrase('Oslo'), dependencies: [], tool: 'twin_city' },
    { id: 2, subQuestion: 'Twin of Paris?', answer: phrase('Rome'), dependencies: [], tool: 'twin_city' },
    { id: 3, subQuestion: 'Both?', answer: phrase('Oslo and Rome'), dependencies: [1, 2], tool: null },
  ],
  tools: [
    {
      id: 'tool-1',
      document: { ...document, parameters: { ...document.parameters, required: ['city'] } },
      code: 'def twin_city(city): ...',
      cases: [toolCase(2, 'Paris', 'Rome'), toolCase(1, 'Aarhus', 'Oslo')],
      proof: [],
      mergedFrom: [1, 2],
    },
  ],
  replayHash: 'abc',
  score: 0.875,
};

describe('rows of an environment', () => {
  it('have the four columns of the published set first, as JSON strings, then ours', () => {
    const row = astraRow(environment);

    assert.deepEqual(Object.keys(row).slice(0, 5), ['prompt', 'tool_schema', 'tool_dict', 'sub_qa_dict', 'gold_calls']);
    assert.deepEqual(row['prompt'], [{ role: 'user', content: 'Which twins?' }]);
    assert.equal(
      row['tool_schema'],
      '[{"function":{"description":"Twin of a city","name":"twin_city","parameters":{"properties":{"city":{"type":"string"}},"required":["city"],"type":"object"}},"type":"function"}]',
    );
    assert.equal(row['tool_dict'], '{"twin_city":"def twin_city(city): ..."}');
    assert.equal(row['sub_qa_dict'], '{"twin_city":["Rome","Oslo"]}');
    assert.equal(
      row['gold_calls'],
      '[{"arguments":{"city":"Aarhus"},"gold":"Oslo","node_id":1,"question":"Twin of Aarhus?","tool":"twin_city"},{"arguments":{"city":"Paris"},"gold":"Rome","node_id":2,"question":"Twin of Paris?","tool":"twin_city"}]',
    );
    assert.deepEqual([row['difficulty'], row['licence'], row['source_id'], row['score']], [null, null, null, 0.875]);
  });

  it('are candidates that name for each node its own call, or null where it needs no tool', () => {
    const row = candidateRow({ ...environment, licence: 'mit', sourceId: 's-1' });

    const code = 'def twin_city(city): ...';
    assert.deepEqual(row['nodes'], [
      {
        id: 1,
        sub_question: 'Twin of Aarhus?',
        answer: 'Oslo',
        dependencies: [],
        tool: { document, call: { name: 'twin_city', arguments: { city: 'Aarhus' } }, code },
      },
      {
        id: 2,
        sub_question: 'Twin of Paris?',
        answer: 'Rome',
        dependencies: [],
        tool: { document, call: { name: 'twin_city', arguments: { city: 'Paris' } }, code },
      },
      { id: 3, sub_question: 'Both?', answer: 'Oslo and Rome', dependencies: [1, 2], tool: null },
    ]);
    assert.deepEqual(row['metadata'], { source_id: 's-1', licence: 'mit', id: 'environment-1' });
  });

  it('are tasks in the shape of an OpenAI request', () => {
    const row = openAiToolsRow(environment);

    assert.deepEqual(row['messages'], [{ role: 'user', content: 'Which twins?' }]);
    assert.deepEqual(row['tools'], [{ type: 'function', function: document }]);
  });
});
