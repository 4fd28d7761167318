import assert from 'node:assert/strict';
import {
  dimensionNames,
  type JudgeReplies,
  scoreTrajectory,
  type TrajectoryScore,
} from '../../../src/domain/judgement/dimensions.ts';
import { judgementOutcome } from '../../../src/domain/judgement/outcome.ts';
import type { Trajectory } from '../../../src/domain/trajectory/schema.ts';
import { answer, calls, conversation, say } from '../trajectory/conversations.ts';
import {
  answerReply,
  callsReply,
  praise,
  queryReply,
  question,
  stepReply,
  threeRounds,
  toolFree,
  tools,
} from './talks.ts';

const score = (talk: Trajectory, changes: Partial<JudgeReplies> = {}): TrajectoryScore =>
  scoreTrajectory(talk, { ...praise, ...changes });

function shown({ dimensions }: TrajectoryScore): Record<string, number | string> {
  return Object.fromEntries(
    dimensionNames.map((name) => {
      const verdict = dimensions[name];
      return [name, verdict.kind === 'score' ? Number(verdict.value.toFixed(3)) : verdict.kind];
    }),
  );
}

describe('the seven dimensions', () => {
  it('are all 1 for a conversation without a fault', () => {
    const { overall, coverage, dimensions } = score(threeRounds);
    assert.equal(overall, 1);
    assert.deepEqual(coverage, { scored: 7, na: 0, unresolved: 0 });
    assert.deepEqual(Object.keys(dimensions).sort(), [...dimensionNames].sort());
  });

  it('follow the judges call by call and turn by turn', () => {
    const made = score(threeRounds, {
      query: queryReply(0.5, 0),
      calls: callsReply({ c1: [1, true], c2: [0, true], c3: [1, false], c4: [0, true] }),
      answer: answerReply(0.5, 0),
      steps: [
        { turn: 4, reply: stepReply(0.5, { c2: true, c3: false }) },
        { turn: 7, reply: stepReply(0, { c4: false }) },
      ],
    });
    assert.deepEqual(shown(made), {
      tool_concise: 0.5,
      final_answer: 0.25,
      // A failed call counts 0, not a half.
      tool_call: 0.75,
      tool_plan: 0.25,
      tool_understand: 0.25,
      query_understand: 0.5,
      query_plan: 0,
    });
    assert.equal(made.overall, (0.5 + 0.25 + 0.75 + 0.25 + 0.25 + 0.5 + 0) / 7);
  });

  it('count a call as failed that is recorded as failed, whatever a judge says of it', () => {
    const failing = (failures: Readonly<Record<string, 'tool' | 'made_up'>>): Trajectory => ({
      ...threeRounds,
      messages: threeRounds.messages.map((message) => {
        const failure = message.role === 'tool' ? failures[message.callId] : undefined;
        return failure === undefined ? message : { ...message, failure };
      }),
    });
    assert.equal(score(threeRounds).toolCallAgent, 1);
    const made = score(failing({ c1: 'tool', c3: 'made_up' }));
    assert.equal(shown(made)['tool_call'], 0.5);
    // The agent is not held to a failure that was made up.
    assert.equal(made.toolCallAgent, 2 / 3);
    assert.equal(score(failing({ c1: 'tool' }), { calls: null }).toolCallAgent, null);
  });

  it('give 0 over what applies to a conversation without calls, and say what does not (probe 4)', () => {
    const zero = { query: queryReply(0, 0), calls: null, answer: answerReply(0, 0), steps: [] };
    const made = scoreTrajectory(toolFree, zero);
    assert.equal(made.overall, 0);
    assert.deepEqual(made.coverage, { scored: 3, na: 4, unresolved: 0 });
    assert.deepEqual(made.dimensions.tool_call, { kind: 'na', why: 'no tool was called' });
  });

  it('have no plan and no reading of results where the first results are the last', () => {
    const one = conversation([question, calls(['c1', 'minutes', { to: 'P' }]), answer('c1', '95'), say('95.')]);
    const made = scoreTrajectory(one, { ...praise, calls: callsReply({ c1: [1, true] }), steps: [] });
    assert.deepEqual(made.coverage, { scored: 5, na: 2, unresolved: 0 });
    assert.equal(made.overall, 1);
  });

  for (const [what, changes, lost] of [
    ['the first turn', { query: null }, ['query_understand', 'query_plan']],
    ['the calls', { calls: null }, ['tool_concise', 'tool_call']],
    ['the answer', { answer: null }, ['final_answer']],
    ['one turn', { steps: [{ turn: 4, reply: null }, ...praise.steps.slice(1)] }, ['tool_plan', 'tool_understand']],
    ['one call', { calls: callsReply({ c1: [1, true] }) }, ['tool_concise', 'tool_call']],
  ] as const)
    it(`have no overall score when a judge says nothing of ${what} (probes 1, 2, 19)`, () => {
      const made = score(threeRounds, changes);
      assert.equal(made.overall, null);
      assert.deepEqual(made.coverage, { scored: 7 - lost.length, na: 0, unresolved: lost.length });
      for (const name of lost) assert.equal(made.dimensions[name].kind, 'unresolved');
    });

  it('have no score at all when every judge is down (probe 19)', () => {
    const steps = praise.steps.map(({ turn }) => ({ turn, reply: null }));
    const made = scoreTrajectory(threeRounds, { query: null, calls: null, answer: null, steps });
    assert.deepEqual([made.overall, made.coverage], [null, { scored: 0, na: 0, unresolved: 7 }]);
  });

  it('let no judge praise a call of a tool that does not exist, or with arguments that break its schema', () => {
    const talk = conversation(
      [
        question,
        calls(['c1', 'minutes', { to: 'P' }]),
        answer('c1', '95'),
        calls(['c2', 'ghost', {}], ['c3', 'minutes', { to: 'P' }]),
        answer('c2', 'error'),
        answer('c3', '95'),
        calls(['c4', 'minutes', { from: 3 }]),
        answer('c4', '30'),
        say('95.'),
      ],
      { tools },
    );
    const steps = [
      { turn: 3, reply: stepReply(1, { c2: true, c3: true }) },
      { turn: 6, reply: stepReply(1, { c4: true }) },
    ];
    const made = shown(score(talk, { steps }));
    assert.deepEqual([made['tool_concise'], made['tool_plan']], [0.5, 0.25]);
  });

  it('let no judge praise an answer with an address from nowhere', () => {
    const talk = conversation([question, say('See https://made.up/ticket.')]);
    const made = scoreTrajectory(talk, { ...praise, calls: null, steps: [] });
    assert.deepEqual(shown(made)['final_answer'], 0.5);
  });
});

describe('what becomes of a judged conversation', () => {
  const whole = score(threeRounds);
  const partial = score(threeRounds, { answer: null });
  const unusable = { prompt: 'trajectory/judge-answer', failure: null, detail: 'schema_invalid: prose' };
  const outage = { prompt: 'trajectory/judge-calls', failure: 'Provider.Budget', detail: 'the cap is reached' };

  it('is ok only when every dimension is resolved', () => {
    assert.deepEqual(judgementOutcome(whole, []), { status: 'ok' });
    assert.equal(judgementOutcome(partial, []).status, 'quarantined');
  });

  it('is quarantined by the judge that gave prose (probe 2)', () => {
    assert.deepEqual(judgementOutcome(partial, [unusable]), {
      status: 'quarantined',
      judge: 'trajectory/judge-answer',
      detail: 'trajectory/judge-answer: schema_invalid: prose',
    });
  });

  it('is failed by the class of what kept a judge from answering (probe 1), whatever the others said', () => {
    const outcome = judgementOutcome(whole, [unusable, outage]);
    assert.equal(outcome.status === 'failed' && outcome.class, 'Provider.Budget');
  });
});
