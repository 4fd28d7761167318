import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readNumbers } from '../../../src/activities/llm/read-numbers.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { judgePrompts } from '../../../src/domain/judgement/prompts.ts';
import type { AnyPromptSpec } from '../../../src/domain/prompt/spec.ts';
import { answerReply, callsReply, queryReply, stepReply, threeRounds } from './talks.ts';

// A trajectory was parsed from JSON: its loose fields hold JSON values only.
const facts: JsonObject = { trajectory: threeRounds as unknown as Json };
const turn = { turn: 4 };

function spec(name: string): AnyPromptSpec {
  const found = judgePrompts.find((prompt) => prompt.id === `trajectory/judge-${name}`);
  assert.ok(found);
  return found;
}

function problems(name: string, reply: Json): string[] {
  const checked = spec(name).check(reply, facts, turn);
  return checked.ok ? [] : checked.problems.map(({ rule, detail }) => `${rule}: ${detail}`);
}

const good: Readonly<Record<string, Json>> = {
  query: queryReply(1, 0.5),
  calls: callsReply({ c1: [1, true], c2: [0, true], c3: [1, false], c4: [1, true] }),
  step: stepReply(1, { c2: true, c3: false }),
  answer: answerReply(0, 1),
};

/** The schema of the first score in a reply, as the field of an object. */
function scoreSchema(schema: object): Json {
  const [, score] = /"score":(\{.*?\}\]\})/.exec(JSON.stringify(schema)) ?? [];
  assert.ok(score, 'no score in the schema');
  return { type: 'object', properties: { score: JSON.parse(score) } };
}

/** Every number of a reply as another value. */
function withScores(reply: Json, change: (score: number) => Json): Json {
  if (typeof reply === 'number') return change(reply);
  if (Array.isArray(reply)) return reply.map((item: Json) => withScores(item, change));
  if (typeof reply !== 'object' || reply === null) return reply;
  return Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, withScores(value, change)]));
}

describe('the prompts of judging conversations', () => {
  it('are four, asked of the judge, with files that show exactly their inputs', () => {
    assert.deepEqual(
      judgePrompts.map(({ id, role }) => [id, role]),
      ['query', 'calls', 'step', 'answer'].map((name) => [`trajectory/judge-${name}`, 'judge']),
    );
    for (const prompt of judgePrompts) {
      const file = readFileSync(new URL(`../../../prompts/${prompt.id}.md`, import.meta.url), 'utf8');
      const shown = [...file.matchAll(/^\{\{(\w+)\}\}$/gm)].map((match) => match[1]);
      assert.deepEqual(shown, Object.keys(prompt.inputs(facts, turn)), prompt.id);
    }
  });

  it('never show the system prompt', () => {
    for (const prompt of judgePrompts)
      assert.ok(!JSON.stringify(prompt.inputs(facts, turn)).includes('SECRET'), prompt.id);
  });

  it('show the judge of a turn what came before it and nothing after', () => {
    const { before, turn: judged } = spec('step').inputs(facts, turn);
    assert.deepEqual(
      [before, judged].map((list) => JSON.stringify(list).match(/"call_id":"c\d"/g)),
      [
        ['"call_id":"c1"', '"call_id":"c1"'],
        ['"call_id":"c2"', '"call_id":"c3"'],
      ],
    );
    assert.ok(!JSON.stringify([before, judged]).includes('95 minutes.'));
  });

  for (const [name, reply] of Object.entries(good)) {
    it(`take a good reply of judge-${name}`, () => {
      assert.deepEqual(problems(name, reply), []);
    });

    it(`take no prose and no value outside from judge-${name} (probe 2)`, () => {
      const bad: readonly Json[] = [
        'I would give it a 1.',
        [],
        {},
        null,
        withScores(reply, (score) => `${score}!`),
        withScores(reply, (score) => ` ${score}`),
        withScores(reply, () => '0.50'),
        withScores(reply, () => 'one'),
        withScores(reply, () => 0.7),
        withScores(reply, () => -1),
        withScores(reply, () => 2),
        withScores(reply, () => null),
      ];
      for (const one of bad)
        assert.match(problems(name, one)[0] ?? 'accepted', /^schema_invalid: /, JSON.stringify(one));
    });
  }

  it('read the numerals of the allowed set as their numbers, the string "0.0" as 0 (probe 3)', () => {
    const said = (score: Json): Json => ({
      correlation: { reason: 'told', score },
      summary: { reason: 'told', score: '1.0' },
    });
    const read = (['0', '0.0', '0.5', '1', '1.0'] as const).map((text) => {
      const checked = spec('answer').check(said(text), facts, {});
      return checked.ok ? JSON.stringify(checked.value).match(/"score":[^}]+/g) : checked.problems;
    });

    assert.deepEqual(
      read.map((scores) => scores?.[0]),
      ['"score":0', '"score":0', '"score":0.5', '"score":1', '"score":1'],
    );
  });

  it('leave no number type in their schemas, so that no text is read as a score on the way (probe 3)', () => {
    for (const { id, replySchema } of judgePrompts)
      for (const text of ['"0.0"', '"1"'])
        assert.equal(
          JSON.stringify(readNumbers({ score: JSON.parse(text) }, scoreSchema(z.toJSONSchema(replySchema)))),
          `{"score":${text}}`,
          id,
        );
  });

  it('take no text for a truth value', () => {
    const [call, ...others] = callsReply({ c1: [1, true], c2: [1, true], c3: [1, true], c4: [1, true] }).calls;
    assert.match(problems('calls', { calls: [{ ...call!, succeeded: 'false' }, ...others] })[0] ?? '', /boolean/);
    assert.match(
      problems('step', { ...stepReply(1, {}), calls: [{ call_id: 'c2', reason: 'r', correct: 'yes' }] })[0] ?? '',
      /boolean/,
    );
  });

  it('want exactly the calls that were made', () => {
    assert.deepEqual(problems('calls', callsReply({ c1: [1, true], c2: [1, true], c9: [1, true] })), [
      'ids_mismatch: "calls" leaves out c3, c4: expected exactly c1, c2, c3, c4',
      'ids_mismatch: "calls" names unknown ids c9: expected exactly c1, c2, c3, c4',
    ]);
    const { calls: judged } = stepReply(1, { c2: true, c3: true });
    assert.deepEqual(problems('step', { ...stepReply(1, {}), calls: [...judged, ...judged.slice(0, 1)] }), [
      'ids_mismatch: "calls" has more than one entry for c2: expected exactly c2, c3',
    ]);
  });
});
