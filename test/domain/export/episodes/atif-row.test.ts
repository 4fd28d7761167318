import assert from 'node:assert/strict';
import { atifRow } from '../../../../src/domain/export/episodes/atif-row.ts';
import { calling, judgedEpisode, result } from '../../episode/made-up-episode.ts';

function row(changes: Parameters<typeof judgedEpisode>[0] = {}) {
  return atifRow(judgedEpisode(changes));
}

describe('a conversation in the interchange format of agents', () => {
  it('has a step per message, numbered from 1, with results beside their calls and tokens beside the reply', () => {
    const { steps, final_metrics: totals, schema_version: version } = row();
    assert.equal(version, 'ATIF-v1.7');
    assert.deepEqual(totals, { total_prompt_tokens: 240, total_completion_tokens: 28, total_steps: 4 });
    assert.deepEqual(steps, [
      { step_id: 1, source: 'system', message: 'Plan ahead.' },
      { step_id: 2, source: 'user', message: 'How many lines does the file "notes/a.txt" have?' },
      {
        step_id: 3,
        source: 'agent',
        message: 'I read the file first.',
        reasoning_content: 'The count is in the file.',
        tool_calls: [{ tool_call_id: 'call_1_1', function_name: 'read_file', arguments: { path: 'notes/a.txt' } }],
        observation: {
          results: [{ source_call_id: 'call_1_1', content: 'one\ntwo', extra: { status: 'ok', injected: null } }],
        },
        metrics: { prompt_tokens: 100, completion_tokens: 20 },
        llm_call_count: 1,
      },
      {
        step_id: 4,
        source: 'agent',
        message: 'It has 2 lines.',
        metrics: { prompt_tokens: 140, completion_tokens: 8 },
        llm_call_count: 1,
      },
    ]);
  });

  it('keeps arguments that are no object as they were written', () => {
    const messages = [
      { role: 'user' as const, content: 'Go.' },
      calling([['call_1_1', 'read_file', '[1']]),
      result('call_1_1', 'no'),
      { role: 'assistant' as const, content: 'No.' },
    ];
    const [, step] = row({ messages })['steps'] as { tool_calls?: unknown }[]; // rows of ours
    assert.deepEqual(step?.tool_calls, [
      { tool_call_id: 'call_1_1', function_name: 'read_file', arguments: {}, extra: { written: '[1' } },
    ]);
  });
});
