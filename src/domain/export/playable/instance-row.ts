/**
 * Environments as programs of other projects play them (ours; method §8.6, §10.2): what an agent is shown, the sources of
 * the tools, and under `gold` what only the reward may read. One shape for environments of questions and with state.
 */
import type { GoldAnswer } from '../../answer/schema.ts';
import type { Environment, ToolDocument } from '../../environment/schema.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { StatefulEnvironment } from '../../stateful/schema.ts';

/** An environment of questions: every tool has its own source, gold answers stand under the name of their tool. */
export function instanceRow(environment: Environment): JsonObject {
  const { tools } = environment;
  const cases = tools.flatMap((tool) => tool.cases).sort((a, b) => a.nodeId - b.nodeId);
  return {
    id: environment.id,
    mode: 'questions',
    prompt: environment.question,
    tools: tools.map((tool) => ({ ...shownTool(tool.document), code: tool.code })),
    ...about(environment),
    scenario: environment.scenario,
    hops: environment.hops,
    replay_hash: environment.replayHash,
    gold: {
      answers: Object.fromEntries(
        tools.map(({ document, cases: its }) => [document.name, its.map(({ gold }) => goldOf(gold))]),
      ),
      calls: cases.map(({ call }) => ({ ...call })),
      final: goldOf(environment.answer),
    },
  };
}

/** An environment with state: one module for all tools, and a goal on the state that the calls leave. */
export function statefulInstanceRow(environment: StatefulEnvironment): JsonObject {
  const { gold } = environment;
  return {
    id: environment.id,
    mode: 'stateful',
    prompt: environment.task,
    tools: environment.documents.map(shownTool),
    code: environment.code,
    ...about(environment),
    scenario: 'stateful',
    hops: gold.length,
    replay_hash: environment.finalStateHash,
    gold: {
      goal: environment.goal.map(({ path, equals }) => ({ path, equals: equals as Json })),
      answers: environment.answers.map(({ fn, gold: answer }) => ({ fn, gold: goldOf(answer) })),
      calls: gold.map(({ fn, args }) => ({ name: fn, arguments: args })),
      initial_hash: environment.initialStateHash,
      hashes: gold.map(({ stateHash }) => stateHash),
    },
  };
}

function goldOf({ text, type, value, unit }: GoldAnswer): JsonObject {
  return { text, type, value, ...(unit === undefined ? {} : { unit }) };
}

interface Told {
  readonly domain: string;
  readonly language: string;
  readonly licence?: string | undefined;
}

function about({ domain, language, licence }: Told): JsonObject {
  // The pass rate of a solver, which no solver has measured here.
  return { domain, language, difficulty: null, licence: licence ?? null };
}

function shownTool({ name, description, parameters }: ToolDocument): JsonObject {
  // A parameter schema was parsed from JSON by a loose schema: what it holds besides its known keys is JSON.
  return { name, description, parameters: parameters as JsonObject };
}
