/**
 * The four questions to the judges of a conversation (method §7.1, §7.2): seven dimensions in one batch. No judge sees
 * the system prompt; the judge of a turn sees nothing that came after it.
 */
import type { Json } from '../json.ts';
import { type AnyPromptSpec, bindSpec, type Problem } from '../prompt/spec.ts';
import type { Message, Trajectory } from '../trajectory/schema.ts';
import { answeredCalls, answerTurn, firstTurn, requestOf } from './parts.ts';
import { answerNotes, callNotes } from './rule-checks.ts';
import * as schema from './schema.ts';

const judgeQuery = bindSpec({
  id: 'trajectory/judge-query',
  role: 'judge',
  facts: schema.TrajectoryFacts,
  params: schema.NoParams,
  reply: schema.QueryReply,
  inputs({ trajectory }) {
    const at = firstTurn(trajectory);
    return {
      request: requestOf(trajectory),
      tools: toolsOf(trajectory),
      first_turn: shown(trajectory.messages.slice(at, at + 1)),
      afterwards: shown(trajectory.messages.slice(at + 1)),
    };
  },
  problems: () => [],
  summary: () => ({}),
});

const judgeCalls = bindSpec({
  id: 'trajectory/judge-calls',
  role: 'judge',
  facts: schema.TrajectoryFacts,
  params: schema.NoParams,
  reply: schema.CallsReply,
  inputs: ({ trajectory }) => ({
    tools: toolsOf(trajectory),
    conversation: shown(trajectory.messages),
    notes: callNotes(trajectory).map(({ callId, rule, detail }) => ({ call_id: callId, rule, detail })),
  }),
  problems: ({ calls }, { trajectory }) => sameCalls(calls, answeredCalls(trajectory)),
  summary: () => ({}),
});

const judgeStep = bindSpec({
  id: 'trajectory/judge-step',
  role: 'judge',
  facts: schema.TrajectoryFacts,
  params: schema.TurnParams,
  reply: schema.StepReply,
  inputs: ({ trajectory }, { turn }) => ({
    tools: toolsOf(trajectory),
    before: shown(trajectory.messages.slice(0, turn)),
    turn: shown(trajectory.messages.slice(turn, turn + 1)),
  }),
  problems: ({ calls }, { trajectory }, { turn }) => {
    const message = trajectory.messages[turn];
    return sameCalls(calls, message?.role === 'assistant' ? message.calls : []);
  },
  summary: () => ({}),
});

const judgeAnswer = bindSpec({
  id: 'trajectory/judge-answer',
  role: 'judge',
  facts: schema.TrajectoryFacts,
  params: schema.NoParams,
  reply: schema.AnswerReply,
  inputs: ({ trajectory }) => ({
    request: requestOf(trajectory),
    conversation: shown(trajectory.messages.slice(0, -1)),
    answer: trajectory.messages[answerTurn(trajectory)]?.content ?? '',
    notes: answerNotes(trajectory).map(({ rule, detail }) => ({ rule, detail })),
  }),
  problems: () => [],
  summary: () => ({}),
});

/** All prompts of judging conversations, for the registry. */
export const judgePrompts: readonly AnyPromptSpec[] = [judgeQuery, judgeCalls, judgeStep, judgeAnswer];

/** Longest text of one message that a judge is shown; what is left out is said. */
const longestText = 20_000;

function shown(messages: readonly Message[]): Json {
  return messages.flatMap((message): Json[] => {
    const content = shortened(message.content);
    switch (message.role) {
      case 'system':
        return [];
      case 'user':
        return [{ role: 'user', content }];
      case 'assistant': {
        const calls = message.calls.map(({ id, name, written }) => ({
          call_id: id,
          name,
          arguments: shortened(written),
        }));
        return [{ role: 'assistant', content, calls }];
      }
      case 'tool':
        // Why it failed is not shown: a failure that was made up is to look like any other.
        return [
          {
            role: 'tool',
            call_id: message.callId,
            content,
            ...(message.failure === undefined ? {} : { failed: true }),
          },
        ];
    }
  });
}

function shortened(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText)} … (${text.length - longestText} more characters are not shown)`;
}

/** Null for rows that list none. */
function toolsOf({ tools }: Trajectory): Json {
  if (tools === null) return null;
  // Tools were parsed from JSON: their loose fields hold JSON values only.
  return tools.map(({ name, description, parameters }) => ({
    name,
    description: description.slice(0, 4_000),
    parameters: parameters as Json,
  }));
}

function sameCalls(
  entries: readonly { readonly call_id: string }[],
  calls: readonly { readonly id: string }[],
): Problem[] {
  const [got, wanted] = [entries.map((entry) => entry.call_id), calls.map(({ id }) => id)];
  const missing = wanted.filter((id) => !got.includes(id));
  const unknown = got.filter((id) => !wanted.includes(id));
  const twice = got.filter((id, at) => got.indexOf(id) !== at);
  const expected = wanted.length === 0 ? 'expected an empty list' : `expected exactly ${wanted.join(', ')}`;
  return [
    ...(missing.length > 0 ? [problem(`"calls" leaves out ${missing.join(', ')}: ${expected}`)] : []),
    ...(unknown.length > 0 ? [problem(`"calls" names unknown ids ${unknown.join(', ')}: ${expected}`)] : []),
    ...(twice.length > 0 ? [problem(`"calls" has more than one entry for ${twice.join(', ')}: ${expected}`)] : []),
  ];
}

function problem(detail: string): Problem {
  return { rule: 'ids_mismatch', detail: detail.slice(0, 600) };
}
