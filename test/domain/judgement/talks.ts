/** Conversations and the replies of judges, for tests of what becomes of them. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { JudgeReplies } from '../../../src/domain/judgement/dimensions.ts';
import type { AnswerReply, CallsReply, QueryReply, StepReply } from '../../../src/domain/judgement/schema.ts';
import type { Trajectory } from '../../../src/domain/trajectory/schema.ts';
import { answer, calls, conversation, say, user } from '../trajectory/conversations.ts';

export const system: JsonObject = { role: 'system', content: 'SECRET RULES' };
export const question = user('How long is the ferry to Peleberg, and what does it cost?');
export const tools: Json = [
  {
    type: 'function',
    function: {
      name: 'minutes',
      description: 'Looks up.',
      parameters: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    },
  },
];

/** Three rounds: a look-up, two calls side by side, a last look; then the answer. */
export const threeRounds: Trajectory = conversation(
  [
    system,
    question,
    calls(['c1', 'minutes', { to: 'Peleberg' }]),
    answer('c1', '{"minutes": 95}'),
    calls(['c2', 'minutes', { to: 'Tolwick' }], ['c3', 'minutes', { to: 'Ghent' }]),
    answer('c2', '{"minutes": 60}'),
    answer('c3', '{"error": "none"}'),
    calls(['c4', 'minutes', { to: 'Brugge' }]),
    answer('c4', '{"minutes": 30}'),
    say('It takes 95 minutes.'),
  ],
  { tools },
);
export const toolFree: Trajectory = conversation([question, say('I cannot look that up here.')], { tools });

const reason = 'because';

export function queryReply(understanding: 0 | 0.5 | 1, plan: 0 | 0.5 | 1): QueryReply {
  return {
    understanding: { needs: ['x'], missing: [], reason, score: understanding },
    plan: { case: 'first_step', reason, score: plan },
  };
}

export function answerReply(correlation: 0 | 0.5 | 1, summary: 0 | 0.5 | 1): AnswerReply {
  return { correlation: { reason, score: correlation }, summary: { reason, score: summary } };
}

/** Per call id: worth making, succeeded. */
export function callsReply(judged: Readonly<Record<string, readonly [0 | 1, boolean]>>): CallsReply {
  return {
    calls: Object.entries(judged).map(([call_id, [score, succeeded]]) => ({
      call_id,
      argument_sources: [],
      reason,
      score,
      succeeded,
    })),
  };
}

export function stepReply(understanding: 0 | 0.5 | 1, judged: Readonly<Record<string, boolean>>): StepReply {
  return {
    understanding: { reason, score: understanding },
    calls: Object.entries(judged).map(([call_id, correct]) => ({ call_id, reason, correct })),
  };
}

/** A judge that finds nothing wrong with threeRounds. */
export const praise: JudgeReplies = {
  query: queryReply(1, 1),
  calls: callsReply({ c1: [1, true], c2: [1, true], c3: [1, true], c4: [1, true] }),
  answer: answerReply(1, 1),
  steps: [
    { turn: 4, reply: stepReply(1, { c2: true, c3: true }) },
    { turn: 7, reply: stepReply(1, { c4: true }) },
  ],
};
