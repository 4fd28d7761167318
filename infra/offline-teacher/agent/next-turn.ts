/**
 * What an agent does next, from the history alone: the next calls of its plan, a call again, a question, a refusal, or the
 * answer. It has no model: it reads words, names and schemas.
 */
import { rngOf } from '../draws.ts';
import { asList } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import { answerFor, wishOf } from './answer.ts';
import { type Filled, fillCall, type Materials } from './arguments.ts';
import { callAgain, type PlannedCall } from './call-again.ts';
import { isReference, knownValues } from './known-values.ts';
import { type Phrases, phrasesFor } from './phrases.ts';
import { type Plan, type Progress, planOf, progressOf } from './plan.ts';
import { type Part, partsOf, type QuotedValue } from './request-text.ts';
import { readTalk, type Talk } from './talk.ts';
import { makes, type Parameter, readTool, type Tool } from './tool-facts.ts';
import { singular } from './words.ts';

export type NextTurn =
  | { readonly kind: 'calls'; readonly calls: readonly PlannedCall[] }
  | { readonly kind: 'ask' | 'refuse' | 'answer'; readonly text: string };

/** Calls of one turn. */
const mostAtOnce = 3;
const mostQuestions = 3;

/** Equal requests get equal turns. */
export function nextTurn(request: Pick<ChatRequest, 'body' | 'tools'>): NextTurn {
  const talk = readTalk(asList(request.body['messages']));
  const tools = request.tools.map(readTool);
  const plan = planOf(talk, tools);
  const phrases = phrasesFor(talk.requests.at(-1) ?? '');
  const refused = refusal(plan, talk, phrases);
  if (refused !== undefined) return { kind: 'refuse', text: refused };
  const state: Agent = {
    talk,
    tools,
    phrases,
    steps: progressOf(plan, talk.calls),
    context: plan.context,
    unmet: plan.unmet,
  };
  return nextCalls(state) ?? lastWord(state);
}

interface Agent {
  readonly talk: Talk;
  readonly tools: readonly Tool[];
  readonly phrases: Phrases;
  readonly steps: readonly Progress[];
  /** Values of statements: they may belong to any call. */
  readonly context: readonly QuotedValue[];
  readonly unmet: readonly Part[];
}

/** A request that no tool fits is refused as a whole; of another one the answer says what was left out. */
function refusal({ steps, unmet }: Plan, talk: Talk, phrases: Phrases): string | undefined {
  const last = talk.requests.length - 1;
  if (steps.some(({ request }) => request === last)) return undefined;
  const [part] = unmet;
  return part === undefined ? phrases.noTool : `${phrases.refuse[0]}${wishOf(part)}${phrases.refuse[1]}`;
}

function nextCalls(agent: Agent): NextTurn | undefined {
  const calls: PlannedCall[] = [];
  for (const step of agent.steps.filter(({ done }) => !done)) {
    const move = moveFor(step, agent);
    if (move.kind === 'pass') continue;
    const beside = move.kind === 'call' && move.beside;
    if (calls.length > 0 && !(beside && calls.length < mostAtOnce)) break;
    if (move.kind === 'turn') return move.turn;
    calls.push(move.call);
    if (!beside) break;
  }
  return calls.length > 0 ? { kind: 'calls', calls } : undefined;
}

type Move =
  | { readonly kind: 'pass' }
  | { readonly kind: 'turn'; readonly turn: NextTurn }
  | { readonly kind: 'call'; readonly call: PlannedCall; readonly beside: boolean };

function moveFor(step: Progress, agent: Agent): Move {
  if (step.attempts.length > 0) {
    const again = callAgain(step, agent.talk, { tools: agent.tools, materials: () => materialsOf(step, agent) });
    return again === undefined ? { kind: 'pass' } : { kind: 'call', call: again, beside: false };
  }
  const filled = fillCall(step.tool, materialsOf(step, agent));
  if (filled.missing.length === 0) {
    return { kind: 'call', call: { name: step.tool.name, args: filled.args }, beside: mayStandBeside(step, filled) };
  }
  const turn = withoutValue(step, filled, agent);
  return turn === undefined ? { kind: 'pass' } : { kind: 'turn', turn };
}

/** Readings whose values the user gave rest on nothing: they may be asked side by side. */
function mayStandBeside({ tool }: Progress, { rests }: Filled): boolean {
  return tool.reads && !rests;
}

function materialsOf({ part, tool }: Progress, { talk, tools, context }: Agent): Materials {
  const told = talk.answers.flatMap((text) => partsOf(text).flatMap(({ values }) => values));
  return {
    part,
    others: [...told, ...context],
    answers: talk.answers,
    known: knownValues(talk.calls, tools),
    // Not the request: a value that was made up stays the same in the turns that follow.
    rng: rngOf(`arguments/${tool.name}/${part.text}`),
  };
}

/** A value is nowhere: ask the tool that lists such things, else the user, else go on without the step. */
function withoutValue(step: Progress, { missing }: Filled, agent: Agent): NextTurn | undefined {
  const [wanted] = missing;
  if (wanted === undefined) return undefined;
  const lister = isReference(wanted) ? listerOf(wanted, step, agent) : undefined;
  if (lister !== undefined) return { kind: 'calls', calls: [lister] };
  // What a failed call should have brought, no user knows.
  const failed = agent.steps.some(
    ({ request, done, attempts }) => request === step.request && !done && attempts.length > 0,
  );
  if ((failed && isReference(wanted)) || agent.talk.answers.length >= mostQuestions) return undefined;
  const words = missing.slice(0, 3).map(({ words: name }) => name.join(' '));
  const [before, after] = agent.phrases.ask;
  return { kind: 'ask', text: `${before}${words.join(', ')}${after}` };
}

/** A reading tool that needs nothing and speaks of what is wanted, unless it was asked already. */
function listerOf(wanted: Parameter, step: Progress, { tools, talk }: Agent): PlannedCall | undefined {
  const nouns = wanted.words.map(singular).filter((word) => !['id', 'name', 'path', 'uuid'].includes(word));
  const asked = new Set(talk.calls.map(({ name }) => name));
  const candidates = tools.filter(
    (tool) =>
      tool !== step.tool &&
      tool.reads &&
      !makes(tool) &&
      tool.parameters.every(({ required }) => !required) &&
      nouns.some((noun) => tool.nouns.includes(noun)) &&
      !asked.has(tool.name),
  );
  const best = candidates.find(({ words }) => words.some((word) => ['list', 'search', 'find', 'all'].includes(word)));
  const tool = best ?? candidates[0];
  return tool === undefined ? undefined : { name: tool.name, args: {} };
}

function lastWord({ talk, steps, phrases, unmet }: Agent): NextTurn {
  const last = talk.requests.length - 1;
  const done = answerFor(
    steps.filter(({ request }) => request === last),
    phrases,
  );
  const left = unmet.map((part) => `- ${phrases.refuse[0]}${wishOf(part)}`);
  return { kind: 'answer', text: [done, ...left].join('\n') };
}
