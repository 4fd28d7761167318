import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { readTrajectory } from '../../../src/domain/trajectory/read.ts';
import { answer, calls, conversation, say, user } from './conversations.ts';

const ask = user('How long is the ferry?');
const call = calls(['c1', 'minutes', { to: 'Peleberg' }]);
const system: JsonObject = { role: 'system', content: 'Be brief.' };

function refusal(...messages: readonly JsonObject[]): string {
  const read = readTrajectory({ messages }, 4);
  return read.ok ? 'legal' : `${read.id} ${read.rule}: ${read.detail}`;
}

describe('reading a trajectory', () => {
  it('takes system, user, parallel calls answered in any order, and a last message', () => {
    const both = calls(['c1', 'minutes', { to: 'A' }], ['c2', 'minutes', { to: 'B' }]);
    const legal = conversation([system, ask, both, answer('c2', '2'), answer('c1', '1'), say('Done.')]);
    assert.deepEqual(
      legal.messages.map(({ role }) => role),
      ['system', 'user', 'assistant', 'tool', 'tool', 'assistant'],
    );
  });

  it('takes one that was cut after an answer of a tool', () => {
    assert.equal(refusal(ask, call, answer('c1', '95')), 'legal');
  });

  it('keeps arguments that are no JSON object as what was written', () => {
    const { messages } = conversation([
      ask,
      calls(['c1', 'minutes', '{to: A'], ['c2', 'minutes', '[1]'], ['c3', 'now', '']),
      answer('c1', 'x'),
      answer('c2', 'x'),
      answer('c3', 'x'),
    ]);
    const [, made] = messages;
    assert.deepEqual(made?.role === 'assistant' && made.calls, [
      { id: 'c1', name: 'minutes', arguments: null, written: '{to: A' },
      { id: 'c2', name: 'minutes', arguments: null, written: '[1]' },
      { id: 'c3', name: 'now', arguments: {}, written: '' },
    ]);
  });

  it('joins content that comes in parts', () => {
    const parts: JsonObject = {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    };
    assert.equal(conversation([parts, say('c')]).messages[0]?.content, 'a\nb');
  });

  it('refuses what is no trajectory and says where', () => {
    const rows: readonly (readonly [Json, string])[] = [
      [5, 'row-4'],
      [{ messages: [] }, 'row-4'],
      [{ id: 'x', messages: [{ role: 'robot', content: 'hi' }] }, 'x'],
      [{ id: 7, messages: [{ role: 'tool', content: 'no id' }] }, '7'],
    ];
    for (const [row, id] of rows) {
      const read = readTrajectory(row, 4);
      assert.deepEqual(read.ok ? [] : [read.id, read.rule], [id, 'not_a_trajectory']);
    }
  });

  const rules: readonly (readonly [string, readonly JsonObject[]])[] = [
    ['call_id_repeated: more than one call has the id c1', [ask, call, answer('c1', '1'), call, answer('c1', '2')]],
    ['unanswered_call: the call c1 of message 1 has no tool message', [ask, call]],
    ['unanswered_call: the call c1 of message 1 has no tool message', [ask, call, say('95')]],
    ['unanswered_call: the call c1 of message 1 has no tool message', [ask, call, user('and?'), answer('c1', '1')]],
    ['answered_twice: the call c1 has more than one tool message', [ask, call, answer('c1', '1'), answer('c1', '2')]],
    [
      'unknown_call_id: a tool message after message 1 answers c9, which it never called',
      [ask, call, answer('c1', '1'), answer('c9', '2')],
    ],
    ['message_order: message 0 of assistant comes first', [say('Hello.')]],
    ['message_order: message 1 of system follows a message of user', [ask, system]],
    ['message_order: message 2 of assistant follows a message of assistant', [ask, say('a'), say('b')]],
    ['message_order: message 1 of tool follows a message of user', [ask, answer('c1', '1')]],
    ['message_order: message 3 of user follows a message of tool', [ask, call, answer('c1', '1'), user('so?')]],
    ['empty_message: message 1 of assistant has neither text nor calls', [ask, say('  ')]],
    ['empty_message: message 0 of user has neither text nor calls', [user(''), say('Hello.')]],
  ];
  for (const [expected, messages] of rules)
    it(`refuses by ${expected}`, () => {
      assert.equal(refusal(...messages), `row-4 ${expected}`);
    });
});
