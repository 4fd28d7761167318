import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EpisodeMessage } from '../../../../src/domain/episode/schema.ts';
import type { Json, JsonObject } from '../../../../src/domain/json.ts';
import { readQwenRow } from '../../../../src/domain/trajectory/qwen/read-row.ts';
import { qwenMessages } from '../../../../src/domain/trajectory/qwen/write-messages.ts';
import { readTrajectory } from '../../../../src/domain/trajectory/read.ts';
import { calling, madeUpEpisode, result } from '../../episode/made-up-episode.ts';

const user = { role: 'user', content: 'Compare a and b.' };
const call = (name: string, args: Json): JsonObject => ({
  role: 'assistant',
  content: '',
  function_call: { name, arguments: args },
});
const answer = (name: string, content: string): JsonObject => ({ role: 'function', name, content });

function messagesOf(trajectory: readonly JsonObject[]): Json | undefined {
  const read = readQwenRow({ trajectory });
  return read?.ok === true ? read.row['messages'] : undefined;
}

describe('rollouts in the shape of the original', () => {
  it('puts the messages of one reply together and gives its calls ids by turn and place', () => {
    const found = messagesOf([
      user,
      { role: 'assistant', content: 'First both files.', reasoning_content: 'Two reads.' },
      call('read', '{"path":"a"}'),
      call('read', { path: 'b' }),
      answer('read', 'A'),
      answer('read', 'B'),
      call('diff', '{}'),
      answer('diff', 'none'),
      { role: 'assistant', content: 'They are equal.', reasoning_content: '' },
    ]);
    assert.deepEqual(found, [
      user,
      {
        role: 'assistant',
        content: 'First both files.',
        reasoning_content: 'Two reads.',
        tool_calls: [
          { id: 'call_1_1', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } },
          { id: 'call_1_2', type: 'function', function: { name: 'read', arguments: '{"path":"b"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1_1', content: 'A' },
      { role: 'tool', tool_call_id: 'call_1_2', content: 'B' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_2_1', type: 'function', function: { name: 'diff', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_2_1', content: 'none' },
      { role: 'assistant', content: 'They are equal.' },
    ]);
  });

  it('matches results to the calls of their turn in order per name', () => {
    const found = readTrajectory(
      {
        trajectory: [
          user,
          call('a', '{}'),
          call('b', '{}'),
          call('a', '{"n":2}'),
          answer('b', 'B'),
          answer('a', 'A1'),
          answer('a', 'A2'),
        ],
      },
      1,
    );
    const results = found.ok
      ? found.trajectory.messages.flatMap((one) => (one.role === 'tool' ? [[one.callId, one.content]] : []))
      : [];
    assert.deepEqual(results, [
      ['call_1_2', 'B'],
      ['call_1_1', 'A1'],
      ['call_1_3', 'A2'],
    ]);
  });

  it('refuses a result that no call waits for, and a call without its result', () => {
    const rule = (trajectory: readonly JsonObject[]): string => {
      const read = readTrajectory({ trajectory }, 1);
      return read.ok ? 'ok' : read.rule;
    };
    assert.equal(
      rule([user, call('a', '{}'), answer('a', '1'), answer('a', '2'), { role: 'assistant', content: 'x' }]),
      'unknown_call_id',
    );
    assert.equal(
      rule([user, call('a', '{}'), answer('b', '1'), { role: 'assistant', content: 'x' }]),
      'unanswered_call',
    );
    assert.equal(rule([{ role: 'assistant', content: '[ERROR: timed out]' }]), 'message_order');
  });

  it('reads columns that are JSON texts: tools of the server, and whether calls are wanted', () => {
    const tool = { name: 'read', description: 'Reads.', parameters: { type: 'object' } };
    const row = {
      query_info: { generated_question: 'Compare a and b.', target_tools: ['read'] },
      mcp_info: JSON.stringify({ base_info: { group_info: { server_name: 'files' }, tool_list: [tool] } }),
      trajectory: JSON.stringify([user, { role: 'assistant', content: 'Equal.' }]),
    };
    const read = readTrajectory(row, 3);
    assert.equal(read.ok, true);
    assert.deepEqual(read.ok && { ...read.trajectory, messages: [] }, {
      id: 'row-3',
      environment: null,
      tools: [tool],
      messages: [],
      expects: 'calls',
    });
  });

  it('names the place of what cannot be read', () => {
    const read = readTrajectory({ trajectory: 'not JSON' }, 1);
    assert.equal(read.ok, false);
    assert.match(read.ok ? '' : read.detail, /^of a rollout: at trajectory: /);
    const bad = readTrajectory({ trajectory: [user, { role: 'function', content: 'no name' }] }, 1);
    assert.match(bad.ok ? '' : bad.detail, /^of a rollout: at trajectory\.1\.name: /);
  });

  it('reads what is written: the same conversation, whatever the order of its results', () => {
    const { messages } = madeUpEpisode();
    const parallel: EpisodeMessage[] = [
      ...messages,
      { role: 'user', content: 'And b and c?' },
      calling([
        ['call_3_1', 'read_file', '{"path":"b"}'],
        ['call_3_2', 'read_file', '{"path":"c"}'],
      ]),
      result('call_3_2', 'C'),
      result('call_3_1', 'B'),
      { role: 'assistant', content: 'Done.' },
    ];
    assert.deepEqual(messagesOf(qwenMessages(parallel)), [
      ...parallel.slice(0, 7),
      result('call_3_1', 'B'),
      result('call_3_2', 'C'),
      { role: 'assistant', content: 'Done.' },
    ]);
  });

  it('reads back every conversation that is written', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 5 }), (turns) => {
        const messages: EpisodeMessage[] = [
          { role: 'user', content: 'Go.' },
          ...turns.flatMap(toMessages),
          { role: 'assistant', content: 'Done.' },
        ];
        assert.deepEqual(messagesOf(qwenMessages(messages)), messages);
      }),
    );
  });
});

/** One turn of the assistant with calls: their tools, and what is said and thought beside them. */
const turn = fc.record({
  tools: fc.array(fc.constantFrom('read', 'write'), { minLength: 1, maxLength: 4 }),
  content: fc.constantFrom(null, 'I look.'),
  reasoning: fc.constantFrom(undefined, 'It is there.'),
});

function toMessages(
  { tools, content, reasoning }: typeof turn extends fc.Arbitrary<infer T> ? T : never,
  at: number,
): EpisodeMessage[] {
  const made = tools.map((name, place) => [`call_${at + 1}_${place + 1}`, name, `{"n":${place}}`] as const);
  const more = reasoning === undefined ? { content } : { content, reasoning_content: reasoning };
  return [calling(made, more), ...made.map(([id, name]) => result(id, `${name} of ${id}`))];
}
