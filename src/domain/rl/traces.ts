/**
 * Conversations for SFT from proven environments (ours; method §9): the gold calls in the order of the questions, with
 * the outputs that proved them; no model writes a word. Faults at set rates go into later rows on purpose: a policy
 * that has only seen right calls leaves reinforcement nothing to mend.
 */
import type { Environment, ToolCall } from '../environment/schema.ts';
import type { Json, JsonObject } from '../json.ts';
import { pick, type Rng } from '../random.ts';
import type { StatefulEnvironment } from '../stateful/schema.ts';
import type { TaskEnvironment } from './schema.ts';
import { isStateful, questionOf } from './task-environment.ts';

/**
 * Chance of each fault, in [0, 1]. repeated and wrongTool: per call. skipped and rechecked: per conversation. Where calls
 * have a state no call is repeated: nobody has seen what a second one gives.
 */
export interface FaultRates {
  /** The call is made again at once. */
  readonly repeated: number;
  /** A call that another tool proves comes first. */
  readonly wrongTool: number;
  /** The last sub-question is left out. */
  readonly skipped: number;
  /** Some earlier call is made again at the end. */
  readonly rechecked: number;
}

export const noFaults: FaultRates = { repeated: 0, wrongTool: 0, skipped: 0, rechecked: 0 };

/** A call with the output that its proof recorded, as canonical JSON. */
export interface ProvenCall {
  readonly node: number;
  readonly call: ToolCall;
  readonly output: string;
}

export interface TraceSource {
  readonly environment: TaskEnvironment;
  /** Proven calls of irrelevant tools that are listed in this conversation. */
  readonly others: readonly ProvenCall[];
}

/** The gold calls of an environment in the order of its nodes. */
export function goldCallsOf({ nodes, tools }: Environment): ProvenCall[] {
  const cases = new Map(
    tools.flatMap((tool) =>
      tool.cases.map(({ nodeId: node, call, output }) => [node, { node, call, output }] as const),
    ),
  );
  return nodes.flatMap(({ id }) => cases.get(id) ?? []);
}

/** One conversation: question, calls with their outputs, the final answer. */
export function traceMessages(source: TraceSource, rates: FaultRates, rng: Rng): Json[] {
  const { environment, others } = source;
  const messages: JsonObject[] = [{ role: 'user', content: questionOf(environment) }];
  const calls = isStateful(environment)
    ? statefulCalls(environment, { others, rates, rng })
    : faultyCalls(environment, { others, rates, rng });
  for (const { call, output } of calls) {
    const id = `call_${messages.length}`;
    const told = { name: call.name, arguments: call.arguments as JsonObject }; // JSON by its zod type
    messages.push({ role: 'assistant', content: '', tool_calls: [{ id, type: 'function', function: told }] });
    messages.push({ role: 'tool', tool_call_id: id, content: output });
  }
  messages.push({ role: 'assistant', content: lastWords(environment) });
  return messages;
}

/** The conversation of a task whose tools are not listed: nothing is called, and that is said. */
export function refusalMessages(environment: TaskEnvironment): Json[] {
  return [
    { role: 'user', content: questionOf(environment) },
    { role: 'assistant', content: 'There is no tool for this.' },
  ];
}

function lastWords(environment: TaskEnvironment): string {
  if (!isStateful(environment)) return finalText(environment.answer.text);
  const answers = environment.answers.map(({ gold }) => gold.text);
  return answers.length === 0 ? 'Done.' : finalText(answers.join(', '));
}

/** What a policy is taught to end with. */
export function finalText(answer: string): string {
  return `Answer: ${answer}`;
}

interface Slips {
  readonly others: readonly ProvenCall[];
  readonly rates: FaultRates;
  readonly rng: Rng;
}

/** What irrelevant tools give does not depend on STATE, and a sequence that ends early is one too. */
function statefulCalls({ gold }: StatefulEnvironment, { others, rates, rng }: Slips): ProvenCall[] {
  const calls = gold.flatMap(({ fn, args, result }, at): ProvenCall[] => {
    const wrong = rng() < rates.wrongTool && others.length > 0 ? [pick(rng, others)] : [];
    return [...wrong, { node: at + 1, call: { name: fn, arguments: args }, output: result }];
  });
  return rng() < rates.skipped ? calls.slice(0, -1) : calls;
}

function faultyCalls(environment: Environment, { others, rates, rng }: Slips): ProvenCall[] {
  const gold = goldCallsOf(environment);
  const calls: ProvenCall[] = [];
  for (const one of gold) {
    const wrong = [...others, ...gold].filter(({ call }) => call.name !== one.call.name);
    if (rng() < rates.wrongTool && wrong.length > 0) calls.push(pick(rng, wrong));
    calls.push(one);
    if (rng() < rates.repeated) calls.push(one);
  }
  if (rng() < rates.skipped && calls.length > 1) calls.pop();
  if (rng() < rates.rechecked && calls.length > 0) calls.push(pick(rng, calls));
  return calls;
}
