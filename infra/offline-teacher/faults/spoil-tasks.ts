/** Tasks that no rule may let through. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { asList, asObject, asText } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import type { TaskFault } from './task-kinds.ts';
import { TASK_FAULTS } from './task-kinds.ts';

export function isTaskFault(kind: string): kind is TaskFault {
  return TASK_FAULTS.some((one) => one === kind);
}

type Spoiler = (reply: JsonObject, request: ChatRequest) => JsonObject;

const SPOILERS: { readonly [Kind in TaskFault]: Spoiler } = {
  'named-tool': (reply) => ({ ...reply, question: named(asText(reply['question']), asList(reply['target_tools'])) }),
  'wrong-tool-set': (reply, { inputs }) => ({ ...reply, target_tools: otherTools(reply, inputs) }),
  'other-language': (reply) => ({ ...reply, question: foreign(asText(reply['question'])) }),
  'how-question': (reply) => ({ ...reply, question: `How do I get this done: ${asText(reply['question'])}` }),
  'empty-question': (reply) => ({ ...reply, question: '  ' }),
  'empty-variations': (reply) => ({ ...reply, variations: [] }),
  'named-variation': (reply, { inputs }) =>
    withQuestions(reply, (question) => named(question, asList(inputs['tools']).map(nameOf))),
  'same-variation': (reply, { inputs }) => withQuestions(reply, () => asText(inputs['question'])),
  'score-out-of-range': (reply) => withScores(reply, () => 7),
  'score-words': (reply) => withScores(reply, () => 'very good.'),
  'kept-value': (reply, { inputs }) => ({ ...reply, question: inputs['question'] ?? '' }),
  'no-wish': (reply) => ({ ...reply, later: null }),
};

/** The reply with this fault; a reply of another prompt is never given here. */
export function spoilTasks(kind: TaskFault, request: ChatRequest, value: Json): Json {
  return SPOILERS[kind](asObject(value), request);
}

const nameOf = (tool: Json): string => asText(asObject(tool)['name']);

function named(question: string, tools: readonly Json[]): string {
  return `${question} Use the tool "${asText(tools[0]) || 'the_tool'}" for it.`;
}

/** Another tool of the list, or one that nobody has. */
function otherTools(reply: JsonObject, inputs: ChatRequest['inputs']): readonly string[] {
  const targets = asList(reply['target_tools']).map(asText);
  const other = asList(inputs['tools'])
    .map(nameOf)
    .find((name) => !targets.includes(name));
  return [...targets, other ?? 'tool_of_nobody'];
}

function foreign(question: string): string {
  return /\p{Script=Han}/u.test(question)
    ? 'Please have a careful look at everything and tell me what you found there.'
    : '请仔细查看全部内容，并告诉我你的发现和建议。';
}

function withQuestions(reply: JsonObject, change: (question: string) => string): JsonObject {
  const variations = asList(reply['variations']).map((variation) => {
    const item = asObject(variation);
    return { ...item, question: change(asText(item['question'])) };
  });
  return { ...reply, variations };
}

function withScores(reply: JsonObject, score: () => Json): JsonObject {
  return Object.fromEntries(
    Object.entries(reply).map(([name, rating]) => [name, { ...asObject(rating), score: score() }]),
  );
}
