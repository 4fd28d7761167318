import assert from 'node:assert/strict';
import type { UserScript } from '../../../src/domain/episode/schema.ts';
import type { UserReply } from '../../../src/domain/user-simulation/schema.ts';
import { scriptProblems } from '../../../src/domain/user-simulation/script-rules.ts';
import { spokenOf } from '../../../src/domain/user-simulation/spoken.ts';

const question = 'Please book a flight to Lisbon.';
const script: UserScript = {
  goal: 'A flight to Lisbon',
  known: [
    { name: 'city', value: 'Lisbon' },
    { name: 'city', value: 'Porto' },
  ],
  withheld: [{ name: 'travel_date', value: '2026-05-02' }],
  later: 'I have changed my mind. Make it two seats in row "14".',
};

/** The rules that a message breaks after the agent said something. */
function rules(agent: string, reply: Partial<UserReply>, more: readonly string[] = []): string[] {
  const talk = [question, agent, ...more].map((content, at) => ({
    role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content,
  }));
  const full: UserReply = { reason: 'r', move: 'inform', told: [], message: '', done: reply.move === 'end', ...reply };
  return scriptProblems(full, script, { question, spoken: spokenOf({ messages: talk }) }).map(({ rule }) => rule);
}

describe('a message of the simulated user', () => {
  it('may tell a withheld fact when it is asked for something, word for word', () => {
    const told = { told: ['travel_date'], message: 'I travel on 2026-05-02.' };
    assert.deepEqual(rules('On which date do you travel?', told), []);
    assert.deepEqual(rules('Which city?', { told: ['city'], message: 'Lisbon, please.' }), []);
    assert.deepEqual(rules('Your flight is booked.', told), ['told_unasked']);
    assert.deepEqual(rules('On which date?', { told: ['travel_date'], message: 'On the second of May.' }), [
      'fact_changed',
    ]);
  });

  it('never says a value that stands nowhere', () => {
    assert.deepEqual(rules('Which seat?', { message: 'Seat 22, please.' }), ['invented_value']);
    assert.deepEqual(rules('Which seat?', { message: 'Write to a.b@example.org.' }), ['invented_value']);
    assert.deepEqual(rules('I can offer seat 22.', { message: 'Seat 22 is fine.' }), []);
    assert.deepEqual(rules('Which seat?', { told: ['seat'], message: 'Any.' }), ['invented_value']);
  });

  it('brings its wish once and close to its words', () => {
    const wish = { move: 'wish' as const, message: 'I have changed my mind. Make it two seats in row "14".' };
    assert.deepEqual(rules('Your flight is booked.', wish), []);
    assert.deepEqual(rules('Your flight is booked.', { ...wish, message: 'Something else, please.' }), [
      'wish_changed',
    ]);
    assert.deepEqual(rules('Booked.', wish, [wish.message, 'Done.']), ['wish_repeated']);
  });

  it('ends only when nothing is left to bring, and says so in both fields', () => {
    const end = { move: 'end' as const, message: 'Thank you.' };
    assert.deepEqual(rules('Your flight is booked.', end), ['ended_early']);
    assert.deepEqual(rules('Booked.', end, [script.later ?? '', 'Done.']), []);
    assert.deepEqual(rules('Booked.', { ...end, done: false }, [script.later ?? '', 'Done.']), ['schema_invalid']);
    assert.deepEqual(rules('Which seat?', { move: 'unknown', message: ' ' }), ['schema_invalid']);
  });
});
