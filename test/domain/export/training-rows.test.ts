import assert from 'node:assert/strict';
import { instanceRow } from '../../../src/domain/export/playable/instance-row.ts';
import { nemoGymRow, verlRlRow } from '../../../src/domain/export/playable/training-rows.ts';
import { townEnvironment } from '../../support/town-environments.ts';

const row = instanceRow(townEnvironment(1));

describe('environments as rows of other trainers', () => {
  it('keep the gold answers apart from what an agent is shown', () => {
    const { gold, ...shown } = row;

    assert.deepEqual(gold, {
      answers: { get_fact_1: [{ text: '101', type: 'number', value: 101 }] },
      calls: [{ name: 'get_fact_1', arguments: { entity: 'Entity1' } }],
      final: { text: '101', type: 'number', value: 101 },
    });
    assert.deepEqual(shown, {
      id: 'environment-1',
      mode: 'questions',
      prompt: 'What is fact number xx of Entity1?',
      tools: [
        {
          name: 'get_fact_1',
          description: 'Looks up fact 1.',
          parameters: { type: 'object', properties: { entity: { type: 'string' } }, required: ['entity'] },
          code: 'def get_fact_1(entity):\n    return 101\n',
        },
      ],
      domain: 'domain 1',
      language: 'en',
      difficulty: null,
      licence: null,
      scenario: 'Single-Hop',
      hops: 1,
      replay_hash: 'none',
    });
  });

  it('are requests with flat tools for NeMo Gym, without sources or answers in what the model gets', () => {
    const { responses_create_params: request, instance, ...rest } = nemoGymRow(row);

    assert.deepEqual(request, {
      input: [{ role: 'user', content: 'What is fact number xx of Entity1?' }],
      tools: [
        {
          type: 'function',
          name: 'get_fact_1',
          description: 'Looks up fact 1.',
          parameters: { type: 'object', properties: { entity: { type: 'string' } }, required: ['entity'] },
          strict: false,
        },
      ],
      parallel_tool_calls: true,
    });
    assert.equal(instance, row);
    assert.deepEqual(rest, {
      id: 'environment-1',
      agent_ref: { type: 'responses_api_agents', name: 'simple_agent' },
      instance_id: 'environment-1',
      domain: 'domain 1',
      replay_hash: 'none',
      licence: null,
    });
  });

  it('have one set of keys for verl, and texts for what differs between rows', () => {
    const { reward_model: model, extra_info: extra, ...rest } = verlRlRow(row, 4);

    assert.deepEqual(rest, {
      data_source: 'astra/environments',
      prompt: [{ role: 'user', content: 'What is fact number xx of Entity1?' }],
      ability: 'tool_use',
      agent_name: 'tool_agent',
    });
    assert.deepEqual(Object.keys(model ?? {}), ['style', 'ground_truth']);
    assert.deepEqual(extra, {
      split: 'train',
      index: 4,
      need_tools_kwargs: true,
      tools_kwargs: '{"get_fact_1":{"create_kwargs":{"instance_id":"environment-1"}}}',
      tool_schema:
        '[{"function":{"description":"Looks up fact 1.","name":"get_fact_1","parameters":{"properties":{"entity":{"type":"string"}},"required":["entity"],"type":"object"}},"type":"function"}]',
      instance_id: 'environment-1',
    });
  });
});
