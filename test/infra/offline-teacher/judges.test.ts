import assert from 'node:assert/strict';
import { PROMPTS } from '../../../infra/offline-teacher/replies/prompt-table.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';

const tools = [
  {
    name: 'get_note',
    description: 'Get a note by its title',
    parameters: { type: 'object', properties: { title: { type: 'string' } } },
  },
];
const request = 'Get a note by its title (title "Fair").';
const user = { role: 'user', content: request };
const calling = (args: string, id = 'c1') => ({
  role: 'assistant',
  content: '',
  calls: [{ call_id: id, name: 'get_note', arguments: args }],
});
const result = (content: string, id = 'c1') => ({ role: 'tool', call_id: id, content });
const good = '{"title":"Fair"}';

/** Mean over many seeds: a share of good work is found wanting on purpose. */
function mean(
  prompt: string,
  inputs: { readonly [name: string]: Json },
  score: (reply: JsonObject) => Json | undefined,
): number {
  const scores = Array.from({ length: 60 }, (_, seed) =>
    Number(score(PROMPTS[prompt]?.({ inputs, seed: String(seed), profile: 'usual' }) ?? {})),
  );
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
}

const first = (reply: JsonObject): JsonObject => (reply['calls'] as readonly JsonObject[])[0] ?? {};
const callScore = (args: string, ...more: readonly JsonObject[]): number =>
  mean(
    'trajectory/judge-calls',
    { tools, conversation: [user, calling(args), ...more], notes: [] },
    (reply) => first(reply)['score'],
  );
const summary = (conversation: readonly Json[], answer: string): number =>
  mean(
    'trajectory/judge-answer',
    { request, conversation, answer, notes: [] },
    (reply) => (reply['summary'] as JsonObject)['score'],
  );

describe('the judges of the offline teacher', () => {
  it('value calls whose values were said, and no others', () => {
    assert.ok(callScore(good, result('Tents')) > 0.8);
    assert.equal(callScore('{"title":"Zubrowka 77"}', result('Tents')), 0);
    assert.equal(callScore('{"title":', result('Error')), 0);
  });

  it('see what an earlier result brought as said', () => {
    const talk = [
      { role: 'user', content: 'Get the note.' },
      calling('{}', 'c0'),
      result('[{"title":"Fair"}]', 'c0'),
      calling(good),
      result('Tents'),
    ];
    const score = mean('trajectory/judge-calls', { tools, conversation: talk, notes: [] }, (reply) => {
      return ((reply['calls'] as readonly JsonObject[])[1] ?? {})['score'];
    });
    assert.ok(score > 0.8);
  });

  it('take a day for said in whatever form it was said', () => {
    const asked = { role: 'user', content: 'Get the note of 14 June 2027.' };
    const score = (day: string): number =>
      mean(
        'trajectory/judge-step',
        { tools, before: [asked], turn: [calling(JSON.stringify({ title: day }))] },
        (reply) => Number(first(reply)['correct']),
      );
    assert.deepEqual([score('2027-06-14'), score('2027-06-15')], [1, 0]);
  });

  it('forgive a repeat after a failure that passes, and no other', () => {
    const again = (failure: string): number =>
      mean(
        'trajectory/judge-step',
        { tools, before: [user, calling(good), result(failure)], turn: [calling(good, 'c2')] },
        (reply) => Number(first(reply)['correct']),
      );
    assert.deepEqual([again('Error: request timed out'), again('Tents')], [1, 0]);
  });

  it('give nothing for an answer that passes over a failure, and full marks for one that tells it', () => {
    const failed = [user, calling(good), result('Error: note not found')];
    assert.equal(summary(failed, 'All of it went well.'), 0);
    assert.equal(summary(failed, 'This did not work; the tool said "Error: note not found".'), 1);
    assert.equal(summary([user, calling(good), result('Tents: 12')], 'The note says: Tents 12'), 1);
    assert.equal(summary([user, calling(good), result('Tents: 12')], 'The note says: Tents 40'), 0);
    assert.equal(summary([user, calling(good), result('Tents: 12')], ''), 0);
  });
});
