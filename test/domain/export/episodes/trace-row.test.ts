import assert from 'node:assert/strict';
import type { JudgedEpisode } from '../../../../src/domain/export/episodes/judged-episode.ts';
import { traceRow } from '../../../../src/domain/export/episodes/trace-row.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { judgedEpisode, madeUpVerdict } from '../../episode/made-up-episode.ts';

function row(changes: Partial<JudgedEpisode> = {}): { readonly row: JsonObject; readonly trace: JsonObject } {
  const made = traceRow(judgedEpisode({}, changes));
  const [trace = {}] = made['traces'] as JsonObject[]; // one agent
  return { row: made, trace };
}

describe('a conversation as a trace of verifiers', () => {
  it('has the overall score as its reward and the dimensions as metrics', () => {
    const { row: episode, trace } = row();
    assert.deepEqual([episode['ok'], trace['ok'], trace['stop_condition']], [true, true, 'final_answer']);
    assert.deepEqual(trace['rewards'], { overall: { score: 0.95, weight: 1 } });
    assert.deepEqual(trace['metrics'], {
      tool_concise: 1,
      final_answer: 0.75,
      tool_call: 1,
      tool_plan: null,
      tool_understand: null,
      query_understand: 1,
      query_plan: 1,
    });
  });

  it('without a verdict on every dimension has no reward, and is not ok', () => {
    const { row: episode, trace } = row({
      outcome: 'quarantined:trajectory/judge-query',
      score: { ...madeUpVerdict().score, overall: null },
    });
    assert.deepEqual([episode['ok'], trace['ok'], trace['rewards']], [false, false, { overall: null }]);
  });

  it('has a node per message, each after the one before, and a call per reply', () => {
    const { trace } = row();
    const nodes = trace['nodes'] as JsonObject[]; // written by us
    assert.deepEqual(
      nodes.map((node) => [node['parent'], node['sampled'], 'tools' in node]),
      [
        [null, false, true],
        [0, false, false],
        [1, true, false],
        [2, false, false],
        [3, true, false],
      ],
    );
    assert.deepEqual(nodes[2]?.['message'], {
      role: 'assistant',
      content: 'I read the file first.',
      reasoning_content: 'The count is in the file.',
      tool_calls: [{ id: 'call_1_1', type: 'function', name: 'read_file', arguments: '{"path":"notes/a.txt"}' }],
    });
    const calls = trace['calls'] as JsonObject[]; // written by us
    assert.deepEqual(
      calls.map((call) => [call['node'], call['finish_reason'], call['usage']]),
      [
        [2, 'tool_calls', { prompt_tokens: 100, completion_tokens: 20 }],
        [4, 'stop', { prompt_tokens: 140, completion_tokens: 8 }],
      ],
    );
  });
});
