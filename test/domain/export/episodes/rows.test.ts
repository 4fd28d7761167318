import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EpisodeMessage } from '../../../../src/domain/episode/schema.ts';
import { astraSftRow, astraTaskRow, type ScoredTask } from '../../../../src/domain/export/episodes/astra-rows.ts';
import { isMasked, sftMessagesRow, trajectoryRow } from '../../../../src/domain/export/episodes/messages-row.ts';
import { shareGptRow } from '../../../../src/domain/export/episodes/share-gpt-row.ts';
import { verlRow } from '../../../../src/domain/export/episodes/verl-row.ts';
import type { Json } from '../../../../src/domain/json.ts';
import { readTrajectory } from '../../../../src/domain/trajectory/read.ts';
import { calling, judgedEpisode, madeUpEpisode, madeUpVerdict, result } from '../../episode/made-up-episode.ts';
import { madeUpTask } from '../../episode/made-up-task.ts';

const question = 'How many lines does the file "notes/a.txt" have?';
const scores = {
  tool_concise: 1,
  final_answer: 0.75,
  tool_call: 1,
  tool_plan: null,
  tool_understand: null,
  query_understand: 1,
  query_plan: 1,
  overall: 0.95,
  coverage: 5,
};
const meta = {
  episode_id: 'episode-1',
  task_id: 'task-1',
  variant_id: 'variant-1',
  server_id: 's'.repeat(64),
  server: 'files',
  domain: 'office',
  language: 'en',
  kind: 'single',
  environment: 'live',
  scores,
  judge: 'judge-model',
  model: 'agent-model',
  temperature: 0.7,
  seed: 7,
  stop_reason: 'final_answer',
  injected_failures: 0,
  licence: 'MIT',
};
const parameters = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] };
const task = madeUpTask();
const tools = [{ type: 'function', function: { name: 'read_file', description: 'Reads a file.', parameters } }];
const call = { id: 'call_1_1', type: 'function', function: { name: 'read_file', arguments: '{"path":"notes/a.txt"}' } };

const weightsOf = (messages: Json): unknown[] => Array.from(messages as { weight?: number }[], ({ weight }) => weight); // rows of ours

describe('rows of judged conversations', () => {
  it('as OpenAI messages: every message of the assistant carries its weight', () => {
    assert.deepEqual(sftMessagesRow(judgedEpisode()), {
      messages: [
        { role: 'system', content: 'Plan ahead.' },
        { role: 'user', content: question },
        {
          role: 'assistant',
          content: 'I read the file first.',
          reasoning_content: 'The count is in the file.',
          tool_calls: [call],
          weight: 1,
        },
        { role: 'tool', tool_call_id: 'call_1_1', content: 'one\ntwo' },
        { role: 'assistant', content: 'It has 2 lines.', weight: 1 },
      ],
      tools,
      parallel_tool_calls: true,
      meta,
    });
  });

  it('weigh a turn with a refused call 0, and refuse a row in which nothing is left to train on', () => {
    const masked = judgedEpisode({}, { maskedCalls: new Set(['call_1_1']) });
    const row = sftMessagesRow(masked);
    assert.deepEqual(weightsOf(row?.['messages'] ?? []), [undefined, undefined, 0, undefined, 1]);
    assert.equal(isMasked(masked), true);
    assert.equal(isMasked(judgedEpisode({}, { maskedCalls: new Set(['call_9_9']) })), false);
    const cut = madeUpEpisode().messages.slice(0, 4);
    assert.equal(sftMessagesRow(judgedEpisode({ messages: cut }, { maskedCalls: new Set(['call_1_1']) })), undefined);
  });

  it('as trajectories: what judge and reward read, with the rule that left one out', () => {
    const row = trajectoryRow(judgedEpisode({}, { selected: false, leftOut: 'low_overall' }));
    const { messages, meta: _, ...rest } = row;
    assert.deepEqual(rest, {
      id: 'episode-1',
      tools,
      expects: 'calls',
      scores,
      overall_score: 0.95,
      outcome: 'ok',
      selected: false,
      left_out: 'low_overall',
    });
    assert.deepEqual(messages, madeUpEpisode().messages);
  });

  it('as ShareGPT: turns alternate, text beside a call is its thought, results of one turn are one observation', () => {
    const { messages } = madeUpEpisode();
    const row = shareGptRow(
      judgedEpisode({
        messages: [
          ...messages,
          { role: 'user', content: 'And b and c?' },
          calling([
            ['call_2_1', 'read_file', '{"path":"b"}'],
            ['call_2_2', 'read_file', 'no JSON'],
          ]),
          result('call_2_1', 'B'),
          result('call_2_2', 'arguments are no JSON'),
          { role: 'assistant', content: 'Done.', reasoning_content: 'Enough.' },
        ],
      }),
    );
    assert.deepEqual(row['conversations'], [
      { from: 'human', value: question },
      {
        from: 'function_call',
        value:
          '<think>\nThe count is in the file.\n\nI read the file first.\n</think>\n\n{"arguments":{"path":"notes/a.txt"},"name":"read_file"}',
      },
      { from: 'observation', value: 'one\ntwo' },
      { from: 'gpt', value: 'It has 2 lines.' },
      { from: 'human', value: 'And b and c?' },
      {
        from: 'function_call',
        value: '[{"arguments":{"path":"b"},"name":"read_file"},{"arguments":"no JSON","name":"read_file"}]',
      },
      {
        from: 'observation',
        value: '[{"content":"B","name":"read_file"},{"content":"arguments are no JSON","name":"read_file"}]',
      },
      { from: 'gpt', value: '<think>\nEnough.\n</think>\n\nDone.' },
    ]);
    assert.equal(row['system'], 'Plan ahead.');
    assert.deepEqual(JSON.parse(String(row['tools'])), [
      { name: 'read_file', description: 'Reads a file.', parameters },
    ]);
  });

  it('for verl: texts that give the row back as it was', () => {
    const row = verlRow(judgedEpisode());
    assert.deepEqual(JSON.parse(String(row['messages'])), madeUpEpisode().messages);
    assert.deepEqual(JSON.parse(String(row['tools'])), tools);
    assert.deepEqual(JSON.parse(String(row['meta'])), meta);
    assert.equal(row['enable_thinking'], true);
    const plain = madeUpEpisode().messages.slice(0, 2);
    assert.equal(
      verlRow(judgedEpisode({ messages: [...plain, { role: 'assistant', content: 'Two.' }] }))['enable_thinking'],
      false,
    );
  });

  it('are read as the same legal conversation in every shape that is ours to read', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 4 }), (turns) => {
        const messages = toMessages(turns);
        const episode = judgedEpisode({ messages });
        const rows = [sftMessagesRow(episode) ?? null, trajectoryRow(episode), astraSftRow(episode, task)];
        const read = rows.map((row) => readTrajectory(row, 1));
        assert.deepEqual(
          read.map((one) => (one.ok ? 'ok' : one.detail)),
          ['ok', 'ok', 'ok'],
        );
        const said = read.map((one) => (one.ok ? one.trajectory.messages : []));
        assert.deepEqual(said[1], said[0]);
        assert.deepEqual(said[2], said[0]);
        const from = (shareGptRow(episode)['conversations'] as { from: string }[]).map((one) => one.from); // written by us
        assert.ok(
          from.every((name, at) => (at % 2 === 0) === ['human', 'observation'].includes(name)),
          from.join(),
        );
      }),
    );
  });
});

describe('scores in a row', () => {
  it('have six digits, like nothing else in it', () => {
    const { score } = madeUpVerdict();
    const third = { kind: 'score' as const, value: 1 / 3, reasons: [] };
    const dimensions = { ...score.dimensions, tool_call: third };
    const row = trajectoryRow(judgedEpisode({}, { score: { ...score, dimensions, overall: 2 / 3 } }));
    assert.deepEqual(row['overall_score'], 0.666667);
    assert.deepEqual(row['scores'], { ...scores, tool_call: 0.333333, overall: 0.666667 });
  });
});

describe('rows in the shapes of the original', () => {
  it('as tasks: four scores are summed, the need of tools stands beside them', () => {
    assert.deepEqual(astraTaskRow('variant-1', task)['query_info'], {
      generated_question: question,
      target_tools: ['read_file'],
      server_analysis: 'A server of files.',
      have_plan: true,
      max_tool_use: -1,
      mode: 'plan',
      augmented_query_info: {},
      query_score_info: {
        quality_scores: {
          tool_selection_difficulty: 2,
          tool_selection_uniqueness: 5,
          question_quality: 4,
          scenario_realism: 4,
          total_score: 15,
          average_score: 3.75,
        },
        quality_reasoning: {
          tool_selection_difficulty: 'worth 2',
          tool_selection_uniqueness: 'worth 5',
          question_quality: 'worth 4',
          scenario_realism: 'worth 4',
        },
        tool_use_necessity: { reason: 'worth 5', score: 5 },
      },
      language: 'en',
    });
  });

  it('as augmented tasks: the original question, and the one that was made of it', () => {
    const persona = { id: 'p-1', licence: 'CC-BY-4.0' };
    const variant: ScoredTask['variant'] = {
      ...task.variant,
      mode: 'free',
      question: 'As a nurse, …',
      augmentation: { mode: 'persona', index: 0, context: 'a nurse', constraints: [], persona },
    };
    const row = astraTaskRow('v', {
      ...task,
      variant: { ...variant, targetTools: ['read_file'] },
      toolCount: 1,
      chain: null,
    });
    const info = row['query_info'] as Record<string, Json>; // written as an object
    assert.equal(info['generated_question'], question);
    assert.equal(info['max_tool_use'], 1);
    assert.equal(row['chain_info'], undefined);
    assert.deepEqual(info['augmented_query_info'], {
      mode: 'add_ug',
      augmented_question: 'As a nurse, …',
      context: 'a nurse',
      constraints: [],
      persona,
    });
  });

  it('as conversations: only the tools that the agent was shown', () => {
    const row = astraSftRow(judgedEpisode(), task);
    const server = JSON.parse(String(row['mcp_info'])) as { base_info: { tool_list: { name: string }[] } }; // our own text
    assert.deepEqual(
      server.base_info.tool_list.map(({ name }) => name),
      ['read_file'],
    );
    assert.deepEqual(row['chain_info'], { sub_chain: ['list_files', 'read_file'] });
    assert.equal(JSON.parse(String(row['trajectory'])).length, 6);
  });
});

/** A message of the user and what the assistant does about it. */
const turn = fc.record({
  calls: fc.array(fc.constantFrom('read_file', 'list_files'), { maxLength: 3 }),
  content: fc.constantFrom(null, 'I look.'),
});

type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** Calls have the ids that an episode gives them: by reply of the assistant and place in it. */
function toMessages(turns: readonly Turn[]): EpisodeMessage[] {
  const messages: EpisodeMessage[] = [];
  for (const { calls, content } of turns) {
    const reply = messages.filter(({ role }) => role === 'assistant').length + 1;
    const made = calls.map((name, place) => [`call_${reply}_${place + 1}`, name, '{}'] as const);
    messages.push({ role: 'user', content: `Request ${reply}` });
    if (made.length > 0) messages.push(calling(made, { content }), ...made.map(([id]) => result(id, `of ${id}`)));
    messages.push({ role: 'assistant', content: 'Done.' });
  }
  return messages;
}
